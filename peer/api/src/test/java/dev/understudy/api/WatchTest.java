package dev.understudy.api;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.api.http.RawHttpConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest {
  private static final Duration GENEROUS = Duration.ofSeconds(30);

  /** A large request arrives in it, also on a machine with more to do. */
  private static final long REQUEST_MILLIS = 2_000;

  private LocalServer server;
  private RawHttpConnection writer;
  private RawHttpConnection watcher;

  @BeforeEach
  void start() throws Exception {
    server = new LocalServer(ClientLimits.DEFAULT, 0);
    writer = new RawHttpConnection(server.port());
    watcher = new RawHttpConnection(server.port());
  }

  @AfterEach
  void stop() {
    writer.close();
    watcher.close();
    server.close();
  }

  @Test
  void aLongPollHasItsHeadersAtOnceAndEndsWithItsEvent() throws IOException {
    writer.form("PUT", "/v2/keys/w", "value=1");
    watcher.begin("GET", "/v2/keys/w?wait=true");
    RawHttpConnection.Answer head = watcher.head();
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("X-Etcd-Index")).isEqualTo("1");
    assertThat(head.header("X-Raft-Term")).isEqualTo("2");
    writer.form("PUT", "/v2/keys/w", "value=2");
    assertThat(watcher.chunk()).contains("\"value\":\"2\"", "\"prevNode\"").endsWith("}\n");
    assertThat(watcher.chunk()).isEmpty();
    assertThat(watcher.ask("GET", "/v2/keys/w").body()).contains("\"value\":\"2\"");
    assertThat(server.backend.watchers().count()).isZero();
  }

  @Test
  void aStreamGoesOnALineAnEvent() throws IOException {
    watcher.begin("GET", "/v2/keys/?wait=true&recursive=true&stream=true");
    watcher.head();
    for (int i = 0; i < 5; i++) {
      writer.form("PUT", "/v2/keys/a/" + i, "value=" + i);
      assertThat(watcher.chunk()).contains("\"key\":\"/a/" + i + "\"").endsWith("}\n");
    }
  }

  @Test
  void aWatchFromThePastIsAnsweredAtOnce() throws IOException {
    writer.form("PUT", "/v2/keys/p", "value=1");
    writer.form("PUT", "/v2/keys/p", "value=2");
    assertThat(watcher.ask("GET", "/v2/keys/p?wait=true&waitIndex=1").body())
        .contains("\"value\":\"1\"");
    watcher.begin("GET", "/v2/keys/p?wait=true&waitIndex=1&stream=true");
    watcher.head();
    String lines = watcher.chunk();
    while (!lines.contains("\"modifiedIndex\":2")) {
      lines += watcher.chunk();
    }
    assertThat(lines.lines()).hasSize(2);
    writer.form("PUT", "/v2/keys/p", "value=3");
    assertThat(watcher.chunk()).contains("\"value\":\"3\"");
  }

  @Test
  void aWatchFromTooFarInThePastIsRefused() throws IOException {
    for (int i = 0; i < 1_001; i++) {
      writer.form("PUT", "/v2/keys/p", "value=" + i);
    }
    RawHttpConnection.Answer answer = watcher.ask("GET", "/v2/keys/p?wait=true&waitIndex=1");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .contains("\"errorCode\":401", "the requested history has been cleared [2/1]");
    assertThat(answer.header("X-Etcd-Index")).isEqualTo("1001");
  }

  @Test
  void aStoppingPeerEndsWhatWaits() throws IOException {
    watcher.begin("GET", "/v2/keys/w?wait=true");
    watcher.head();
    try (RawHttpConnection streaming = new RawHttpConnection(server.port())) {
      streaming.begin("GET", "/v2/keys/w?wait=true&stream=true");
      streaming.head();
      server.backend.watchers().close();
      assertThat(watcher.chunk()).isEmpty();
      assertThat(streaming.chunk()).startsWith("{\"errorCode\":400,").endsWith("\"index\":0}\n");
      assertThat(streaming.chunk()).isEmpty();
    }
    assertThat(writer.ask("GET", "/v2/keys/w?wait=true").body()).contains("\"errorCode\":400");
  }

  @Test
  void aWatcherWhoLeavesIsForgotten() throws IOException {
    List<RawHttpConnection> watchers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawHttpConnection wire = new RawHttpConnection(server.port());
      wire.begin("GET", "/v2/keys/w?wait=true" + (i % 2 == 0 ? "&stream=true" : ""));
      wire.head();
      watchers.add(wire);
    }
    assertThat(server.backend.watchers().count()).isEqualTo(20);
    watchers.forEach(RawHttpConnection::close);
    await().atMost(GENEROUS).until(() -> server.backend.watchers().count() == 0);
  }

  /** Such a stream has something to send before it has to wait for anything. */
  @ParameterizedTest
  @ValueSource(strings = {"", "x", "GET /version HTTP/1.1\r\nHost: h\r\n\r\n"})
  void aWatcherOfThePastWhoLeavesIsForgotten(String more) throws IOException {
    writer.form("PUT", "/v2/keys/w", "value=1");
    for (int i = 0; i < 5; i++) {
      try (RawHttpConnection wire =
          watchAndSend("/v2/keys/w?wait=true&stream=true&waitIndex=1", more)) {
        assertThat(wire.chunk()).contains("\"value\":\"1\"");
        assertThat(server.backend.watchers().count()).isEqualTo(1);
      }
      await().atMost(GENEROUS).until(() -> server.backend.watchers().count() == 0);
      await().atMost(GENEROUS).until(() -> server.connections() == 2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?wait=true", "?wait=true&stream=true&recursive=true"})
  void aWatcherWhoSendsMoreAndLeavesIsForgotten(String query) throws IOException {
    List<RawHttpConnection> watchers = new ArrayList<>();
    for (String more : List.of("x", "\r\n", "GET /version HTTP/1.1\r\nHost: h\r\n\r\n")) {
      watchers.add(watchAndSend("/v2/keys/w" + query, more));
      watchers.add(watchAndSend("/v2/keys/w" + query, more.repeat(60_000 / more.length())));
    }
    // The server sees the bytes first.
    long sent = watchers.stream().mapToLong(RawHttpConnection::sentBytes).sum();
    await().atMost(GENEROUS).until(() -> server.receivedBytes() == sent);
    watchers.forEach(RawHttpConnection::close);
    await().atMost(GENEROUS).until(() -> server.backend.watchers().count() == 0);
    await().atMost(GENEROUS).until(() -> server.connections() == 2);
  }

  private RawHttpConnection watchAndSend(String target, String more) throws IOException {
    RawHttpConnection wire = new RawHttpConnection(server.port());
    wire.begin("GET", target);
    wire.head();
    wire.send(more);
    return wire;
  }

  @Test
  void aWatcherWhoSendsMoreInOneGoAndLeavesIsForgotten() throws IOException {
    try (RawHttpConnection wire = new RawHttpConnection(server.port())) {
      wire.send("GET /v2/keys/w?wait=true HTTP/1.1\r\nHost: h\r\n\r\n" + "y".repeat(50_000));
      wire.head();
    }
    await().atMost(GENEROUS).until(() -> server.backend.watchers().count() == 0);
    await().atMost(GENEROUS).until(() -> server.connections() == 2);
  }

  @Test
  void aWatcherWhoSendsWithoutEndIsCutOff() throws IOException {
    watcher.begin("GET", "/v2/keys/w?wait=true");
    watcher.head();
    String much = "x".repeat(100_000);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                watcher.send(much);
              }
            })
        .isInstanceOf(IOException.class);
    await().atMost(GENEROUS).until(() -> server.backend.watchers().count() == 0);
  }

  @Test
  void aConnectionServesOnePollAfterTheOther() throws IOException {
    for (int i = 0; i < 200; i++) {
      watcher.begin("GET", "/v2/keys/w?wait=true");
      watcher.head();
      writer.form("PUT", "/v2/keys/w", "value=" + i);
      assertThat(watcher.chunk()).contains("\"value\":\"" + i + "\"");
      assertThat(watcher.chunk()).isEmpty();
    }
  }

  @Test
  void aRequestSentBehindAWatchEndsTheConnectionAfterTheAnswer() throws IOException {
    watcher.begin("GET", "/v2/keys/w?wait=true");
    watcher.head();
    watcher.begin("GET", "/version");
    // What it has not read by then it would answer.
    await().atMost(GENEROUS).until(() -> server.receivedBytes() == watcher.sentBytes());
    writer.form("PUT", "/v2/keys/w", "value=1");
    assertThat(server.backend.watchers().count()).isZero();
    assertThat(watcher.chunk()).contains("\"key\":\"/w\"");
    assertThat(watcher.chunk()).isEmpty();
    assertThat(watcher.isEnded()).isTrue();
  }

  @Test
  void aStreamThatIsNotReadIsEndedAndItsConnectionClosed() throws Exception {
    ClientLimits impatient = new ClientLimits(1_000_000, 100, 1_000, 10, REQUEST_MILLIS, 100);
    try (LocalServer other = new LocalServer(impatient, 0);
        RawHttpConnection idle = new RawHttpConnection(other.port());
        RawHttpConnection busy = new RawHttpConnection(other.port())) {
      idle.begin("GET", "/v2/keys/w?wait=true&stream=true");
      idle.head();
      String big = "value=" + "x".repeat(500_000);
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(GENEROUS)
          .until(
              () -> {
                busy.form("PUT", "/v2/keys/w", big);
                return other.backend.watchers().count() == 0;
              });
      await().atMost(GENEROUS).until(() -> other.connections() == 1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLargeEventComesInSlicesAsOneLine(boolean stream) throws IOException {
    String first = "a\u00fc\ud83d\ude00<".repeat(150_000);
    String second = "b".repeat(1_000_000);
    writer.form("PUT", "/v2/keys/w", "value=" + first);
    watcher.begin("GET", "/v2/keys/w?wait=true" + (stream ? "&stream=true" : ""));
    watcher.head();
    writer.form("PUT", "/v2/keys/w", "value=" + second);
    StringBuilder line = new StringBuilder();
    while (line.isEmpty() || line.charAt(line.length() - 1) != '\n') {
      line.append(watcher.chunk());
    }
    String expected =
        "{\"action\":\"set\",\"node\":{\"key\":\"/w\",\"value\":\""
            + second
            + "\",\"modifiedIndex\":2,\"createdIndex\":2},\"prevNode\":{\"key\":\"/w\",\"value\":\""
            + first.replace("<", "\\u003c")
            + "\",\"modifiedIndex\":1,\"createdIndex\":1}}\n";
    assertThat(line.toString().equals(expected)).isTrue();
    if (!stream) {
      assertThat(watcher.chunk()).isEmpty();
      assertThat(watcher.ask("GET", "/version").status()).isEqualTo(200);
    }
  }

  /** Each waits with an event of its own, as text or not: that must not add up. */
  @Test
  void manyStreamsThatAreNotReadMakeRoomForOthers() throws Exception {
    ClientLimits little =
        new ClientLimits(3_000_000, 100, 1_000, 10, REQUEST_MILLIS, 100)
            .withMemory(20_000_000, 4_000_000, 8_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port());
        RawHttpConnection read = new RawHttpConnection(other.port())) {
      List<RawHttpConnection> idle = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        RawHttpConnection wire = new RawHttpConnection(other.port());
        wire.begin("GET", "/v2/keys/k" + i + "?wait=true" + (i % 3 == 0 ? "" : "&stream=true"));
        wire.head();
        idle.add(wire);
      }
      String large = "value=" + "x".repeat(2_000_000);
      for (int i = 0; i < 60; i++) {
        client.form("PUT", "/v2/keys/k" + i / 2, large);
        assertThat(other.backend.watchers().waitingBytes()).isLessThanOrEqualTo(8_000_000);
        assertThat(client.ask("GET", "/v2/keys/k0").status()).as("a large answer").isEqualTo(200);
      }
      read.begin("GET", "/v2/keys/k0?wait=true");
      read.head();
      client.form("PUT", "/v2/keys/k0", "value=1");
      assertThat(read.chunk()).contains("\"value\":\"1\"");
      idle.forEach(RawHttpConnection::close);
      await().atMost(GENEROUS).until(() -> other.connections() == 2);
      await().atMost(GENEROUS).until(() -> other.backend.watchers().waitingBytes() == 0);
    }
  }

  /** Half a line may not look like the end of the stream. */
  @Test
  void whoTakesAnEventTooSlowlyFindsItsConnectionBroken() throws Exception {
    ClientLimits little =
        new ClientLimits(9_000_000, 100, 1_000, 10, 30_000, 100)
            .withMemory(50_000_000, 4_000_000, 10_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port());
        RawHttpConnection slow = new RawHttpConnection(other.port());
        RawHttpConnection next = new RawHttpConnection(other.port())) {
      slow.begin("GET", "/v2/keys/w?wait=true&stream=true");
      slow.head();
      next.begin("GET", "/v2/keys/n?wait=true&stream=true");
      next.head();
      client.form("PUT", "/v2/keys/w", "value=" + "x".repeat(8_000_000));
      slow.chunk();
      client.form("PUT", "/v2/keys/n", "value=" + "x".repeat(8_000_000));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  assertThat(slow.chunk()).isNotEmpty();
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(next.chunk()).startsWith("{\"action\":\"set\"");
    }
  }
}
