package dev.understudy.api;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.RawHttpConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final ClientLimits SMALL = new ClientLimits(1_000, 50, 800, 4, 300, 100);

  private static LocalServer server;
  private RawHttpConnection wire;

  @BeforeAll
  static void startServer() throws Exception {
    server = new LocalServer(SMALL, 0);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    wire = new RawHttpConnection(server.port());
  }

  @AfterEach
  void disconnect() {
    wire.close();
  }

  @Test
  void aBodyOfTheLargestSizeIsTaken() throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/a", "value=" + "x".repeat(994)).status()).isLessThan(300);
  }

  @Test
  void aLargerBodyIsRefusedAndTheConnectionStays() throws IOException {
    RawHttpConnection.Answer answer = wire.form("PUT", "/v2/keys/a", "value=" + "x".repeat(995));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("a body may have at most 1000 bytes");
    assertThat(wire.ask("GET", "/version").status()).isEqualTo(200);
  }

  @Test
  void anEndlessBodyIsCutOff() throws IOException {
    wire.send(
        "PUT /v2/keys/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2710\r\n"
            + "x".repeat(10_000));
    RawHttpConnection.Answer answer = wire.answer("PUT");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.header("Connection")).isEqualTo("close");
    assertThat(wire.isEnded()).isTrue();
  }

  @Test
  void aBodyInPiecesIsPutTogether() throws Exception {
    try (LocalServer patient = new LocalServer(ClientLimits.DEFAULT, 0);
        RawHttpConnection client = new RawHttpConnection(patient.port())) {
      client.send(
          "PUT /v2/keys/pieces HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nContent-Type:"
              + " application/x-www-form-urlencoded\r\n\r\nval");
      client.send("ue=ab");
      client.send("cde");
      assertThat(client.answer("PUT").body()).contains("\"value\":\"abcde\"");
    }
  }

  @Test
  void aBodyThatDoesNotArriveIsGivenUp() throws IOException {
    wire.send("PUT /v2/keys/a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nval");
    RawHttpConnection.Answer answer = wire.answer("PUT");
    assertThat(answer.status()).isEqualTo(408);
    assertThat(answer.body()).contains("the body must arrive within 300 ms");
    assertThat(wire.isEnded()).isTrue();
  }

  @Test
  void aKeyOfTheLongestSizeIsTaken() throws IOException {
    assertThat(wire.ask("GET", "/v2/keys/" + "k".repeat(49)).status()).isEqualTo(404);
    RawHttpConnection.Answer answer = wire.ask("GET", "/v2/keys/" + "k".repeat(50));
    assertThat(answer.status()).isEqualTo(414);
    assertThat(answer.body()).contains("a key may have at most 50 bytes");
    assertThat(wire.ask("GET", "/v2/keys/" + "%C3%BC".repeat(25)).status()).isEqualTo(414);
  }

  @Test
  void fieldsAreCounted() throws IOException {
    assertThat(wire.form("PUT", "/v2/keys/f?a=1&b=2", "c=3&d=4").status()).isEqualTo(201);
    RawHttpConnection.Answer answer = wire.form("PUT", "/v2/keys/f?a=1&b=2", "c=3&d=4&e=5");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("a request may have at most 4 fields");
  }

  @Test
  void headersHaveALimit() throws IOException {
    wire.send("GET /version HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(900) + "\r\n\r\n");
    RawHttpConnection.Answer answer = wire.answer("GET");
    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.body()).contains("at most 800 bytes");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=utf-8");
  }

  @Test
  void aRequestLineHasALimit() throws IOException {
    wire.begin("GET", "/v2/keys/a?" + "x".repeat(900));
    RawHttpConnection.Answer answer = wire.answer("GET");
    assertThat(answer.status()).isEqualTo(414);
    assertThat(answer.body()).contains("at most 800 bytes");
  }

  @Test
  void whatIsNotHttpIsToldSo() throws IOException {
    wire.send("GET\r\n\r\n");
    RawHttpConnection.Answer answer = wire.answer("GET");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("400 Bad Request\n");
  }

  @Test
  void aHeadThatDoesNotArriveIsGivenUp() throws IOException {
    for (String begun : List.of("G", "GET /v2/ke", "GET /version HTTP/1.1\r\nHo", "\r\n\r\n")) {
      try (RawHttpConnection late = new RawHttpConnection(server.port())) {
        late.send(begun);
        RawHttpConnection.Answer answer = late.answer("GET");
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.body()).contains("within 300 ms of its first byte");
        assertThat(late.isEnded()).as(begun).isTrue();
      }
    }
  }

  @Test
  void aHeadThatDripsIsGivenUp() throws Exception {
    String head = "GET /version HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(500);
    ScheduledExecutorService dripping = Executors.newSingleThreadScheduledExecutor();
    try {
      AtomicInteger sent = new AtomicInteger();
      dripping.scheduleAtFixedRate(
          () -> sendQuietly(head.substring(sent.get(), sent.incrementAndGet())),
          0,
          20,
          TimeUnit.MILLISECONDS);
      assertThat(wire.answer("GET").status()).isEqualTo(408);
      assertThat(sent.get()).isLessThan(head.length());
    } finally {
      dripping.shutdownNow();
    }
  }

  private void sendQuietly(String text) {
    try {
      wire.send(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // which ends the dripping
    }
  }

  @Test
  void aHeadInPiecesAndAPauseBetweenRequestsAreTaken() throws Exception {
    // Its pieces come in time also on a machine with more to do.
    ClientLimits patient = new ClientLimits(1_000, 50, 800, 4, 1_500, 100);
    try (LocalServer other = new LocalServer(patient, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      assertThat(inPieces(client)).isEqualTo(200);
      // Longer than a head may take.
      await().pollDelay(Duration.ofMillis(1_700)).until(() -> true);
      assertThat(inPieces(client)).isEqualTo(200);
    }
  }

  private static int inPieces(RawHttpConnection client) throws IOException {
    client.send("GET /vers");
    client.send("ion HTTP/1.1\r\nHost: h\r\n");
    client.send("\r\n");
    return client.answer("GET").status();
  }

  @Test
  void bodiesAndAnswersShareMemoryWithinBounds() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(100_000, 300_000, 1_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      for (int i = 0; i < 3; i++) {
        RawHttpConnection.Answer refused =
            client.form("PUT", "/v2/keys/large", "value=" + "x".repeat(60_000));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.body()).contains("\"errorCode\":301", "requests under way");
        assertThat(client.form("PUT", "/v2/keys/d/" + i, "value=" + "x".repeat(30_000)).status())
            .isEqualTo(201);
        assertThat(client.ask("GET", "/v2/keys/d").body()).hasSizeGreaterThan((i + 1) * 30_000);
      }
      for (int i = 3; i < 20; i++) {
        client.form("PUT", "/v2/keys/d/" + i, "value=" + "x".repeat(30_000));
      }
      RawHttpConnection.Answer refused = client.ask("GET", "/v2/keys/d");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).contains("\"errorCode\":301", "answers under way");
      assertThat(client.ask("GET", "/v2/keys/d/0").status()).isEqualTo(200);
    }
  }

  @Test
  void aRawValueIsCountedAmongTheAnswers() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(10_000_000, 300_000, 1_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      client.body("PUT", "/v1/kv/large", "text/plain", "x".repeat(400_000));
      client.body("PUT", "/v1/kv/small", "text/plain", "y".repeat(100_000));

      assertThat(client.ask("GET", "/v1/kv/large?raw").status()).isEqualTo(503);
      for (int i = 0; i < 4; i++) {
        RawHttpConnection.Answer small = client.ask("GET", "/v1/kv/small?raw");
        assertThat(small.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(small.body()).isEqualTo("y".repeat(100_000));
      }
    }
  }

  /** It is written as the client takes it. */
  @Test
  void aListingMayBeLargerThanAllMemoryOfAnswers() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(100_000_000, 4_000_000, 1_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      StringBuilder expected = new StringBuilder();
      for (int i = 10; i < 30; i++) {
        String value = Character.toString('a' + i % 26).repeat(1_000_000);
        assertThat(client.form("PUT", "/v2/keys/d/" + i, "value=" + value).status()).isEqualTo(201);
        expected
            .append(i == 10 ? "" : ",")
            .append("{\"key\":\"/d/%d\",\"value\":\"%s\",".formatted(i, value))
            .append("\"modifiedIndex\":%d,\"createdIndex\":%d}".formatted(i - 9, i - 9));
      }
      for (int i = 0; i < 2; i++) {
        client.begin("GET", "/v2/keys/d");
        assertThat(client.head().status()).isEqualTo(200);
        assertThat(
                rest(client)
                    .equals(
                        "{\"action\":\"get\",\"node\":{\"key\":\"/d\",\"dir\":true,\"nodes\":["
                            + expected
                            + "],\"modifiedIndex\":1,\"createdIndex\":1}}\n"))
            .isTrue();
      }
    }
  }

  /** But one at a time: what is listed stays in memory until the client has taken it. */
  @Test
  void ofSuchListingsOneIsUnderWayAtATime() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(100_000_000, 4_000_000, 1_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      for (int i = 0; i < 20; i++) {
        client.form("PUT", "/v2/keys/d/" + i, "value=" + "x".repeat(1_000_000));
      }
      try (RawHttpConnection idle = new RawHttpConnection(other.port())) {
        idle.begin("GET", "/v2/keys/d");
        assertThat(idle.head().status()).isEqualTo(200);
        RawHttpConnection.Answer refused = client.ask("GET", "/v2/keys/d");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(refused.body()).contains("\"errorCode\":301", "answers under way");
        assertThat(client.ask("GET", "/v2/keys/d/0").status()).as("others go on").isEqualTo(200);
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                try (RawHttpConnection next = new RawHttpConnection(other.port())) {
                  next.begin("GET", "/v2/keys/d");
                  return next.head().status() == 200;
                }
              });
    }
  }

  /** Its keys together are 16 MB of text, of one megabyte of nodes. */
  @Test
  void theDeepestPathIsListedWithLittleMemory() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(100_000_000, 4_000_000, 1_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      String key = "/a".repeat(4_090);
      assertThat(client.form("PUT", "/v2/keys" + key, "value=deep").status()).isEqualTo(201);
      client.begin("GET", "/v2/keys/?recursive=true");
      assertThat(client.head().status()).isEqualTo(200);
      long length = 0;
      String last = "";
      boolean found = false;
      for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
        length += chunk.length();
        found |= (last + chunk).contains("\"key\":\"" + key + "\",\"value\":\"deep\"");
        last = chunk;
      }
      assertThat(found).isTrue();
      assertThat(last).endsWith("}}\n");
      assertThat(length).isGreaterThan(16_000_000);
    }
  }

  @Test
  void whoDoesNotReadTakesMemoryOfAnswersUntilItLeaves() throws Exception {
    ClientLimits little = ClientLimits.DEFAULT.withMemory(100_000_000, 30_000_000, 1_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port())) {
      for (int i = 0; i < 10; i++) {
        client.form("PUT", "/v2/keys/d/" + i, "value=" + "x".repeat(1_000_000));
      }
      List<RawHttpConnection> idle = new ArrayList<>();
      try {
        assertThat(askWithoutReading(other, "/v2/keys/d", idle)).isEqualTo(200);
        assertThat(askWithoutReading(other, "/v2/keys/d", idle)).isEqualTo(200);
        assertThat(askWithoutReading(other, "/v2/keys/d", idle)).as("one beyond").isEqualTo(200);
        assertThat(client.ask("GET", "/v2/keys/d").status()).isEqualTo(503);
        assertThat(client.form("PUT", "/v2/keys/other", "value=1").status()).isIn(200, 201);
      } finally {
        idle.forEach(RawHttpConnection::close);
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> client.ask("GET", "/v2/keys/d").status() == 200);
    }
  }

  /**
   * Asks on a connection of its own, and waits until the answer is begun: what is asked later comes
   * later. The answer should be longer than what kernels take for those who do not read.
   */
  private static int askWithoutReading(
      LocalServer asked, String target, List<RawHttpConnection> idle) throws IOException {
    RawHttpConnection connection = new RawHttpConnection(asked.port());
    idle.add(connection);
    connection.begin("GET", target);
    return connection.head().status();
  }

  @Test
  void aWatchWaitsForMemoryAndThenHasItsEvent() throws Exception {
    int memory = 8 << 20;
    ClientLimits little =
        new ClientLimits(9_000_000, 100, 1_000, 10, 30_000, 100)
            .withMemory(50_000_000, memory, 3_000_000);
    try (LocalServer other = new LocalServer(little, 0);
        RawHttpConnection client = new RawHttpConnection(other.port());
        RawHttpConnection watcher = new RawHttpConnection(other.port())) {
      // With what stands before and behind it, 64 KB each, less is left than a watch takes.
      client.form("PUT", "/v2/keys/large", "value=" + "x".repeat(memory - (128 << 10) - 10_000));
      String event = "value=" + "y".repeat(1_000_000);
      List<RawHttpConnection> idle = new ArrayList<>();
      try {
        assertThat(askWithoutReading(other, "/v2/keys/large", idle)).isEqualTo(200);
        watcher.begin("GET", "/v2/keys/w?wait=true");
        watcher.head();
        client.form("PUT", "/v2/keys/w", event);
        await()
            .during(Duration.ofMillis(300))
            .atMost(Duration.ofSeconds(20))
            .until(() -> other.backend.watchers().waitingBytes() > 1_000_000);
      } finally {
        idle.forEach(RawHttpConnection::close);
      }
      assertThat(rest(watcher)).hasSizeGreaterThan(1_000_000);

      watcher.begin("GET", "/v2/keys/w?wait=true");
      watcher.head();
      client.form("PUT", "/v2/keys/w", event);
      assertThat(rest(watcher)).hasSizeGreaterThan(2_000_000);
    }
  }

  private static String rest(RawHttpConnection answering) throws IOException {
    StringBuilder rest = new StringBuilder();
    for (String chunk = answering.chunk(); !chunk.isEmpty(); chunk = answering.chunk()) {
      rest.append(chunk);
    }
    return rest.toString();
  }
}
