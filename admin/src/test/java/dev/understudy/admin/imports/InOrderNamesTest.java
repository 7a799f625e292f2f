package dev.understudy.admin.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InOrderNamesTest {
  @ParameterizedTest
  @CsvSource({
    ", PLAIN",
    "2.1.0, PLAIN",
    "2.2.0, PADDED",
    "2.10.1, PADDED",
    "3.0.0, PADDED",
    "10.0.0, PADDED",
    "0.4.9, PLAIN",
    "nonsense, PLAIN",
  })
  void namesArePaddedSinceEtcd22(String version, InOrderNaming naming) {
    assertThat(InOrderNaming.of(Optional.ofNullable(version))).isEqualTo(naming);
  }

  private static TreeNode key(String path) {
    return new TreeNode(path, Optional.of("v"), TreeNode.PERMANENT);
  }

  @Test
  void aPlainNameIsTheIndexOfItsCreation() {
    assertThat(InOrderNames.isPlain(key("/queue/17"), 17)).isTrue();
    assertThat(InOrderNames.isPlain(key("/users/17"), 3)).isFalse();
    assertThat(InOrderNames.isPlain(key("/queue/00000000000000000017"), 17)).isFalse();
    assertThat(InOrderNames.isPlain(key("/queue/0"), 0)).as("no index told").isFalse();
    TreeNode directory = new TreeNode("/hosts/17", Optional.empty(), TreeNode.PERMANENT);
    assertThat(InOrderNames.isPlain(directory, 17)).isFalse();
  }

  @Test
  void whatIsSortedOtherwiseThanBeforeIsRemarked() {
    List<String> paths =
        List.of("/q/00000000000000000009", "/q/00000000000000000011", "/q/ten", "/q/12");

    assertThat(InOrderNames.remarks(paths, 0, 11)).isEmpty();
    assertThat(InOrderNames.remarks(paths, 0, 10)).singleElement().asString().startsWith("1 keys");
    assertThat(InOrderNames.remarks(paths, 1, 11))
        .singleElement()
        .asString()
        .contains("without leading zeros");
  }
}
