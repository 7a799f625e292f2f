package dev.understudy.admin.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.discovery.KeyService.Answer;
import dev.understudy.admin.discovery.KeyService.Question;
import dev.understudy.clusterconfig.fuzz.Fuzz;
import dev.understudy.standby.WorkLoop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscoveryTest {
  private static final String URL = "https://d.example/t";
  private static final Registration SELF = new Registration("m1", "http://10.0.0.1:2380");

  private final Map<String, Answer> answers = new HashMap<>();
  private final List<Question> asked = new ArrayList<>();
  private final Loop loop = new Loop();
  private final Discovery discovery =
      new Discovery(URL + "/", SELF, /* registers= */ true, this::ask, loop);

  /** Turned by hand; what is for later waits until it is wanted. */
  private static final class Loop implements WorkLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Queue<Runnable> later = new ArrayDeque<>();
    private final List<Long> delaysMillis = new ArrayList<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayMillis) {
      delaysMillis.add(delayMillis);
      later.add(task);
    }

    @Override
    public void close() {
      tasks.clear();
    }

    void settle() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }
  }

  private CompletableFuture<Answer> ask(Question question, long timeoutMillis) {
    asked.add(question);
    String path = question.url().substring(URL.length()).replaceFirst("quorum=true&?", "");
    String key = question.method() + " " + path.replaceFirst("\\?$", "");
    return CompletableFuture.completedFuture(answers.getOrDefault(key, new Answer(404, "{}")));
  }

  private static Answer value(String value) {
    return new Answer(200, "{\"node\":{\"value\":\"" + value + "\"}}");
  }

  private static String node(String key, String value, long createdIndex) {
    return "{\"key\":\"/t/%s\",\"value\":\"%s\",\"createdIndex\":%d}"
        .formatted(key, value, createdIndex);
  }

  private void aToken(String... nodes) {
    answers.put("GET /_config/size", value("3"));
    answers.put("PUT /m1?prevExist=false", new Answer(201, "{}"));
    answers.put(
        "GET ?recursive=true",
        new Answer(200, "{\"node\":{\"dir\":true,\"nodes\":[" + String.join(",", nodes) + "]}}"));
  }

  private Found look() throws Exception {
    CompletableFuture<Found> found = discovery.look();
    loop.settle();
    assertThat(found).isDone();
    try {
      return found.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Test
  void machinesComeInTheOrderOfTheirCreationInEveryVersionsWriting() throws Exception {
    aToken(
        node("aa11", "m3=http://10.0.0.3:2380&m3=http://10.0.9.3:2380", 9),
        node("m1", "m1=http://10.0.0.1:2380", 7),
        node("m2", "http://10.0.0.2:7001", 8),
        node("junk", "nothing", 5),
        "{\"key\":\"/t/sub\",\"dir\":true,\"createdIndex\":4}",
        node("m4", "m4=HTTP://10.0.0.4:2380/", 10));
    Found found = look();
    assertThat(found.firstUrls())
        .containsExactly("http://10.0.0.1:2380", "http://10.0.0.2:7001", "http://10.0.0.3:2380");
    assertThat(found.urls()).endsWith("http://10.0.0.4:2380");
    assertThat(found.founder()).isEmpty();
    assertThat(found.isComplete()).isTrue();
  }

  @Test
  void aMachineIsRegisteredForAWeekAndRenewedWhileItRuns() throws Exception {
    aToken();
    look();
    assertThat(writes())
        .containsExactly(
            URL + "/m1?prevExist=false value=m1%3Dhttp%3A%2F%2F10.0.0.1%3A2380&ttl=604800");
    look();
    assertThat(loop.delaysMillis).as("renewed by one timer").containsExactly(75_600_000L);
    asked.clear();
    loop.later.remove().run();
    loop.settle();
    assertThat(writes())
        .as("it is gone, and comes again")
        .containsExactly(
            URL + "/m1?prevExist=true value=m1%3Dhttp%3A%2F%2F10.0.0.1%3A2380&ttl=604800",
            URL + "/m1?prevExist=false value=m1%3Dhttp%3A%2F%2F10.0.0.1%3A2380&ttl=604800");
    assertThat(loop.delaysMillis).hasSize(2);
  }

  private List<String> writes() {
    return asked.stream()
        .filter(question -> question.method().equals("PUT"))
        .map(question -> question.url() + " " + question.form().orElse(""))
        .toList();
  }

  @Test
  void itsOwnRegistrationOfAnEarlierStartIsTaken() throws Exception {
    aToken(node("m1", "m1=http://10.0.0.1:2380", 7));
    answers.put("PUT /m1?prevExist=false", new Answer(412, "{}"));
    answers.put("GET /m1", value("m1=http://10.0.0.1:2380"));
    assertThat(look().machines()).containsExactly(SELF);
  }

  /** Once there is a cluster, its registry says whether the machine has moved. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aNameThatAnotherAddressHasIsRefusedUntilThereIsACluster(boolean founded) throws Exception {
    aToken(node("m1", "m1=http://10.9.9.9:2380", 7));
    answers.put("PUT /m1?prevExist=false", new Answer(412, "{}"));
    answers.put("GET /m1", value("m1=http://10.9.9.9:2380"));
    if (founded) {
      answers.put("GET /_state", value("m2=http://10.0.0.2:2380"));
      assertThat(look().founder()).contains(new Registration("m2", "http://10.0.0.2:2380"));
      assertThat(writes()).anyMatch(write -> write.contains("prevExist=true"));
    } else {
      assertThatThrownBy(this::look)
          .isInstanceOfSatisfying(DiscoveryException.class, e -> assertThat(e.isForGood()).isTrue())
          .hasMessageContaining("another machine is registered as \"m1\", at http://10.9.9.9:2380");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /_config/size|404|{}|true|there is no token (no _config/size)",
        "GET /_config/size|200|{\"node\":{\"value\":\"0\"}}|true|no size from 1 to 99",
        "GET /_config/size|200|<html>|false|no size from 1 to 99",
        "GET /_config/size|0|connection refused|false|no size from 1 to 99 (connection refused)",
        "GET /_config/size|503|busy|false|it answers 503",
        "PUT /m1?prevExist=false|500|x|false|this machine cannot be registered (it answers 500)",
        "GET /_state|500|x|false|whether the cluster is founded cannot be read",
        "GET /_state|200|{}|false|whether the cluster is founded cannot be read",
        "GET ?recursive=true|404|{}|false|the list of machines cannot be read",
        "GET ?recursive=true|200|[]|false|the list of machines is none",
      })
  void whatCannotBeReadIsNamedWithItsUrl(
      String question, int status, String body, boolean forGood, String message) {
    aToken();
    answers.put(question, new Answer(status, body));
    assertThatThrownBy(this::look)
        .isInstanceOfSatisfying(
            DiscoveryException.class, e -> assertThat(e.isForGood()).isEqualTo(forGood))
        .hasMessageStartingWith(URL + ": ")
        .hasMessageContaining(message);
  }

  private Registration claim() {
    return claim(discovery);
  }

  private Registration claim(Discovery by) {
    CompletableFuture<Registration> claimed = by.claim();
    loop.settle();
    return claimed.join();
  }

  @Test
  void theFoundingIsWhosClaimWasFirstAlsoWhenTheAnswerToItWasLost() {
    aToken();
    answers.put("PUT /_state?prevExist=false", new Answer(201, "{}"));
    assertThat(claim()).isEqualTo(SELF);
    answers.put("PUT /_state?prevExist=false", new Answer(412, "{}"));
    answers.put("GET /_state", value("m1=http://10.0.0.1:2380"));
    assertThat(claim()).isEqualTo(SELF);
    assertThatThrownBy(() -> claim(new Discovery(URL, SELF, true, this::ask, loop)))
        .as("by an earlier process")
        .hasMessageContaining("the founding was claimed before");
    answers.put("GET /_state", value("m2=http://10.0.0.2:2380"));
    assertThat(claim()).isEqualTo(new Registration("m2", "http://10.0.0.2:2380"));
    answers.put("PUT /_state?prevExist=false", Answer.none("gone"));
    assertThatThrownBy(this::claim).hasCauseInstanceOf(DiscoveryException.class);
  }

  @Test
  void whoTakesNoSeatsIsNotRegistered() {
    aToken();
    new Discovery(URL, SELF, false, this::ask, loop).look();
    loop.settle();
    assertThat(writes()).isEmpty();
  }

  @Test
  void whatSomebodyElseAnswersIsReadOrRefused() throws IOException {
    Fuzz fuzz = new Fuzz(DiscoveryTest.class, "discovery", DiscoveryException.class);
    aToken(node("m2", "m2=http://10.0.0.2:2380", 8), node("m3", "http://10.0.0.3:7001", 9));
    answers.values().forEach(answer -> fuzz.seed(answer.body()));
    fuzz.words("\"nodes\":[", "m1=", "\"value\":", "&")
        .run(
            input -> {
              Answer any = new Answer(200, new String(input, UTF_8));
              answers.put("GET ?recursive=true", any);
              answers.put("GET /_state", any);
              look();
              answers.put("GET /_config/size", any);
              try {
                look();
              } finally {
                aToken();
                asked.clear();
                loop.later.clear();
                loop.delaysMillis.clear();
              }
            });
  }
}
