package dev.understudy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String CLEARED =
      "{\"errorCode\":401,\"message\":\"The event in requested index is outdated and cleared\","
          + "\"cause\":\"the requested history has been cleared [1100/6]\",\"index\":2099}";

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private ScriptedServer server;

  @BeforeEach
  void begin() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void end() throws IOException {
    server.close();
  }

  private Watch watch() {
    KeysClient client = KeysClient.to(server.url()).build(new QuickTime(server));
    return client.watch("/a", new Listener());
  }

  private final class Listener implements WatchListener {
    @Override
    public void began(Reading now) {
      heard.add("began " + now.value().orElse("without"));
    }

    @Override
    public void changed(KeyEvent event) {
      heard.add("changed " + event.node().value().orElse("away") + " at " + event.index());
    }

    @Override
    public void missed(Reading now) {
      heard.add("missed, now " + now.value().orElse("nothing"));
    }

    @Override
    public void refused(RefusedException reason) {
      heard.add("refused " + reason.code());
    }
  }

  private static String node(String value, long index) {
    return KeysClientTest.event("get", value, index);
  }

  private static String changed(String value, long index) {
    return KeysClientTest.event("set", value, index);
  }

  private void awaitAsked(int requests) {
    await().atMost(SOON).until(() -> server.asked().size() >= requests);
  }

  @Test
  void itBeginsBehindWhatItHasReadAndGoesOnBehindEachEvent() {
    server.answer(200, node("0", 3), "X-Etcd-Index: 5").answer(200, changed("1", 9));
    try (Watch watch = watch()) {
      awaitAsked(3);
      assertThat(watch).isNotNull();
      assertThat(heard).containsExactly("began 0", "changed 1 at 9");
      assertThat(server.lines().get(1)).contains("wait=true&waitIndex=6 ");
      assertThat(server.lines().get(2)).contains("wait=true&waitIndex=10 ");
    }
  }

  @Test
  void whateverHappensToAPollTheNextOneAsksForTheSame() {
    server
        .answer(404, "{\"errorCode\":100,\"message\":\"Key not found\",\"index\":5}")
        .breakOff()
        .answer(200, "")
        .answer(503, "{\"errorCode\":301}")
        .answer(200, "{\"action\":\"set\",\"node\":{\"key\"")
        .answer(200, changed("1", 9));
    try (Watch watch = watch()) {
      awaitAsked(7);
      assertThat(watch).isNotNull();
      assertThat(heard).containsExactly("began without", "changed 1 at 9");
      assertThat(server.lines().subList(1, 6)).allMatch(line -> line.contains("waitIndex=6 "));
    }
  }

  @Test
  void whoseHistoryIsClearedIsToldTheStateAndGoesOnFromThere() {
    server
        .answer(200, node("0", 3), "X-Etcd-Index: 5")
        .answer(400, CLEARED)
        .answer(200, node("5", 1_500), "X-Etcd-Index: 2099")
        .answer(200, changed("6", 2_100));
    try (Watch watch = watch()) {
      awaitAsked(5);
      assertThat(watch).isNotNull();
      assertThat(heard).containsExactly("began 0", "missed, now 5", "changed 6 at 2100");
      assertThat(server.lines().get(3)).contains("waitIndex=2100 ");
    }
  }

  @Test
  void aKeyThatIsAsItWasHasMissedNothing() {
    server
        .answer(200, node("0", 3), "X-Etcd-Index: 5")
        .answer(400, CLEARED)
        .answer(200, node("0", 3), "X-Etcd-Index: 2099");
    try (Watch watch = watch()) {
      awaitAsked(4);
      assertThat(watch).isNotNull();
      assertThat(heard).containsExactly("began 0");
      assertThat(server.lines().get(3)).contains("waitIndex=2100 ");
    }
  }

  @Test
  void aMachineThatIsSilentIsAskedWhetherItIsThere() {
    server
        .answer(200, node("0", 3), "X-Etcd-Index: 5")
        .keepSilent()
        .answer(200, "{}")
        .answer(200, changed("1", 9));
    try (Watch watch = watch()) {
      awaitAsked(5);
      assertThat(watch).isNotNull();
      assertThat(server.lines().get(2)).startsWith("GET /version ");
      assertThat(server.lines().get(3)).contains("waitIndex=6 ");
      assertThat(heard).containsExactly("began 0", "changed 1 at 9");
    }
  }

  @Test
  void aWatchThatIsNotAllowedEnds() {
    server.answer(
        401, "{\"errorCode\":110,\"message\":\"The request requires user authentication\"}");
    try (Watch watch = watch()) {
      await().atMost(SOON).until(() -> !heard.isEmpty());
      assertThat(watch).isNotNull();
      assertThat(heard).containsExactly("refused 110");
    }
  }
}
