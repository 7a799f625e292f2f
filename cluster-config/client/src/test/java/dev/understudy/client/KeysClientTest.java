package dev.understudy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysClientTest {
  private static final String DONE =
      "{\"action\":\"set\",\"node\":{\"key\":\"/a\",\"value\":\"1\",\"modifiedIndex\":7,\"createdIndex\":7}}";
  private static final String ELECTION =
      "{\"errorCode\":301,\"message\":\"During Leader Election\",\"cause\":\"\",\"index\":0}";
  private static final String UNKNOWN =
      "{\"errorCode\":300,\"message\":\"Raft Internal Error\",\"cause\":\"unknown\",\"index\":0}";
  private static final String EXISTS =
      "{\"errorCode\":105,\"message\":\"Key already exists\",\"cause\":\"/a\",\"index\":9}";
  private static final String COMPARE_FAILED =
      "{\"errorCode\":101,\"message\":\"Compare failed\",\"cause\":\"[6 != 7]\",\"index\":9}";

  private final Socket dead = new Socket();
  private ScriptedServer server;
  private KeysClient client;

  @BeforeEach
  void begin() throws IOException {
    server = new ScriptedServer();
    client =
        KeysClient.to(server.url()).timeout(Duration.ofSeconds(5)).build(new QuickTime(server));
  }

  @AfterEach
  void end() throws IOException {
    server.close();
    dead.close();
  }

  @Test
  void aWriteThatWasCertainlyNotDoneIsSentAgain() throws Exception {
    server.answer(503, ELECTION).answer(201, DONE);
    assertThat(client.put("/a b/ü", "x&y").modifiedIndex()).isEqualTo(7);
    assertThat(server.lines())
        .containsExactly(
            "PUT /v2/keys/a%20b/%C3%BC HTTP/1.1", "PUT /v2/keys/a%20b/%C3%BC HTTP/1.1");
    assertThat(server.asked().get(1).body()).isEqualTo("value=x%26y");
  }

  @Test
  void aKeyMayHoldAnything() throws Exception {
    server.answer(201, DONE);
    client.put("/100%/a+b?c#d;e&f=g", "1 + 1");
    assertThat(server.lines())
        .containsExactly("PUT /v2/keys/100%25/a%2Bb%3Fc%23d%3Be%26f%3Dg HTTP/1.1");
  }

  @Test
  void aMachineThatIsNotThereIsPassedOver() throws Exception {
    server.answer(201, DONE).answer(201, DONE);
    KeysClient both = KeysClient.to(deadUrl(), server.url()).build(new QuickTime(server));
    both.put("/a", "1");
    both.put("/a", "1");
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aMachineThatStandsStillIsAskedAfterTheOthers() throws Exception {
    try (ScriptedServer frozen = new ScriptedServer()) {
      frozen.keepSilent();
      server.answer(200, DONE, "X-Etcd-Index: 12").answer(201, DONE);
      KeysClient both =
          KeysClient.to(frozen.url(), server.url())
              .timeout(Duration.ofSeconds(1))
              .build(new QuickTime(frozen));

      assertThat(both.get("/a").value()).contains("1");
      both.put("/a", "1");

      assertThat(frozen.asked()).hasSize(1);
    }
  }

  @Test
  void whoIsToldThatTooMuchIsAskedAsksAgain() throws Exception {
    server.answer(429, "{\"errorCode\":110,\"message\":\"\"}").answer(201, DONE);
    assertThat(client.put("/a", "1").modifiedIndex()).isEqualTo(7);
  }

  @Test
  void whatNobodyTakesIsCertainlyNotDone() throws Exception {
    KeysClient nobody = KeysClient.to(deadUrl()).build(new QuickTime(server));
    assertThatThrownBy(() -> nobody.put("/a", "1")).isInstanceOf(NotDoneException.class);
  }

  @Test
  void aWriteWhoseConnectionBreaksIsUnknownAndIsSentOnce() {
    server.breakOff();
    assertThatThrownBy(() -> client.put("/a", "1")).isInstanceOf(OutcomeUnknownException.class);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aWriteThatTheClusterDoesNotKnowOfIsUnknown() {
    server.answer(500, UNKNOWN);
    assertThatThrownBy(() -> client.delete("/a"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("Raft Internal Error: unknown");
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aRefusalBySomebodyInBetweenSaysNothing() {
    server.answer(503, "<html>try later</html>");
    assertThatThrownBy(() -> client.put("/a", "1")).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void aReadIsSentAgainWhateverHasHappened() throws Exception {
    server.breakOff().answer(500, UNKNOWN).answer(200, DONE, "X-Etcd-Index: 12");
    Reading read = client.get("/a");
    assertThat(read.value()).contains("1");
    assertThat(read.index()).isEqualTo(12);
  }

  @Test
  void aRefusalIsFinal() {
    server.answer(412, COMPARE_FAILED);
    assertThatThrownBy(() -> client.compareAndSwap("/a", 6, "x"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(RefusedException.COMPARE_FAILED);
              assertThat(refused.index()).isEqualTo(9);
            });
  }

  @Test
  void aRedirectIsFollowedWithEverythingAndRemembered() throws Exception {
    try (ScriptedServer leader = new ScriptedServer()) {
      server.answer(307, "", "Location: " + leader.url() + "/v2/keys/a");
      leader.answer(201, DONE).answer(201, DONE);
      KeysClient joe = KeysClient.to(server.url()).login("joe", "pw").build(new QuickTime(server));
      joe.put("/a", "1");
      joe.put("/a", "2");
      assertThat(server.asked()).hasSize(1);
      assertThat(leader.asked()).hasSize(2);
      assertThat(leader.asked().get(0).head()).contains("Authorization: Basic am9lOnB3");
      assertThat(leader.asked().get(0).body()).isEqualTo("value=1");
    }
  }

  @Test
  void credentialsDoNotGoFromHttpsToHttp() {
    assertThat(Endpoints.mayFollow(URI.create("https://a:1"), URI.create("http://b:1/x")))
        .isFalse();
    assertThat(Endpoints.mayFollow(URI.create("http://a:1"), URI.create("https://b:1/x"))).isTrue();
    assertThat(Endpoints.mayFollow(URI.create("http://a:1"), URI.create("file:///x"))).isFalse();
  }

  @Test
  void aCreationWhoseOutcomeWasUnknownIsFoundToBeOnesOwn() throws Exception {
    server
        .breakOff()
        .answer(412, EXISTS)
        .answer(200, DONE, "X-Etcd-Index: 9")
        .answer(200, event("create", "mine", 7));
    Node made = client.create("/a", "mine", WriteOptions.NONE.uniqueValue());
    assertThat(made.createdIndex()).isEqualTo(7);
    assertThat(server.lines().get(3)).contains("wait=true&waitIndex=7");
  }

  @Test
  void aCreationThatSomebodyElseCameBeforeIsRefused() {
    server
        .breakOff()
        .answer(412, EXISTS)
        .answer(200, DONE, "X-Etcd-Index: 9")
        .answer(200, event("create", "theirs", 7));
    assertThatThrownBy(() -> client.create("/a", "mine", WriteOptions.NONE.uniqueValue()))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void aSwapWhoseOutcomeWasUnknownIsJudgedByTheFirstChangeBehindIt() throws Exception {
    server.answer(500, UNKNOWN).answer(412, COMPARE_FAILED);
    server.answer(200, event("compareAndSwap", "mine", 8));
    WriteOptions unique = WriteOptions.NONE.uniqueValue();
    assertThat(client.compareAndSwap("/a", 6, "mine", unique).modifiedIndex()).isEqualTo(8);
    assertThat(server.lines().get(2)).contains("wait=true&waitIndex=7");

    server.breakOff().answer(412, COMPARE_FAILED).answer(200, event("set", "mine", 8));
    assertThatThrownBy(() -> client.compareAndSwap("/a", 6, "mine", unique))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void aSwapOfWhichNobodyRemembersAnythingStaysUnknown() {
    server.breakOff().answer(412, COMPARE_FAILED).answer(400, "{\"errorCode\":401,\"index\":2000}");
    assertThatThrownBy(
            () -> client.compareAndSwap("/a", 6, "mine", WriteOptions.NONE.uniqueValue()))
        .isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void aValueThatOthersMayWriteAsWellProvesNothing() {
    server.breakOff();
    assertThatThrownBy(() -> client.compareAndSwap("/a", 6, "1"))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void endpointsAreUrlsOfMachines() {
    for (String wrong : List.of("127.0.0.1:2379", "ftp://a:1", "http://a:1/v2/keys", "http://")) {
      assertThatThrownBy(() -> KeysClient.to(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  static String event(String action, String value, long index) {
    return "{\"action\":\""
        + action
        + "\",\"node\":{\"key\":\"/a\",\"value\":\""
        + value
        + "\",\"modifiedIndex\":"
        + index
        + ",\"createdIndex\":"
        + index
        + "}}";
  }

  /** Nobody listens there, and nobody else is given the port before the test has ended. */
  private String deadUrl() throws IOException {
    dead.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return "http://127.0.0.1:" + dead.getLocalPort();
  }
}
