package dev.understudy.admin.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
  private static final long RECEIVED = 5_000;

  private final List<TreeNode> nodes = new ArrayList<>();

  private AnswerReader read(String text) throws IOException {
    AnswerReader reader = new AnswerReader(new StringReader(text), RECEIVED);
    reader.read(seen -> nodes.add(seen.node()));
    return reader;
  }

  @Test
  void aListingIsReadWithTimesToLive() throws IOException {
    read(
        """
        {"action":"get","node":{"dir":true,"nodes":[
          {"key":"/a","value":"v","modifiedIndex":4,"createdIndex":4},
          {"key":"/d","dir":true,"expiration":"2031-01-01T00:00:00Z","ttl":7,"nodes":[
            {"key":"/d/e","value":"","modifiedIndex":6,"createdIndex":6}],
           "modifiedIndex":5,"createdIndex":5}]}}
        """);

    assertThat(nodes)
        .containsExactly(
            new TreeNode("/a", Optional.of("v"), TreeNode.PERMANENT),
            new TreeNode("/d/e", Optional.of(""), TreeNode.PERMANENT),
            new TreeNode("/d", Optional.empty(), RECEIVED + 7_000),
            new TreeNode("/", Optional.empty(), TreeNode.PERMANENT));
  }

  @Test
  void anEventTellsWhatWasDoneAndWhen() throws IOException {
    AnswerReader reader =
        read(
            """
            {"action":"expire","node":{"key":"/d","dir":true,"modifiedIndex":9,"createdIndex":5},
             "prevNode":{"key":"/d","dir":true,"ttl":-1,"modifiedIndex":5,"createdIndex":5}}
            """);

    assertThat(reader.action()).isEqualTo("expire");
    assertThat(reader.top().modifiedIndex()).isEqualTo(9);
    assertThat(nodes).containsExactly(new TreeNode("/d", Optional.empty(), TreeNode.PERMANENT));
  }

  @Test
  void aTreeMayBeThousandsDeep() throws IOException {
    int depth = 5_000;

    read(
        "{\"action\":\"get\",\"node\":"
            + "{\"key\":\"/x\",\"dir\":true,\"nodes\":[".repeat(depth)
            + "{\"key\":\"/y\",\"value\":\"v\"}"
            + "]}".repeat(depth)
            + "}");

    assertThat(nodes).hasSize(depth + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "<html>",
        "{\"node\":{\"key\":1,\"nodes\":7}}",
        "{\"node\":{\"key"
      })
  void whatIsNoAnswerIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsDueAndNotYetGoneIsNotTakenForPermanent() throws IOException {
    read("{\"node\":{\"key\":\"/a\",\"value\":\"v\",\"expiration\":\"2026-01-01T00:00:00Z\"}}");

    assertThat(nodes).containsExactly(new TreeNode("/a", Optional.of("v"), RECEIVED));
  }

  @Test
  void aTimeToLiveWithoutEndDoesNotWrapAround() throws IOException {
    read("{\"node\":{\"key\":\"/a\",\"value\":\"v\",\"ttl\":" + Long.MAX_VALUE + "}}");

    assertThat(nodes.get(0).expiresAtMillis()).isPositive();
  }
}
