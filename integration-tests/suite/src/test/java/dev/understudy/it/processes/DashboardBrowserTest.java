package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.tls.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The dashboard in Debian's Chromium, of a cluster with certificates on all ports that asks who is
 * there; without Chromium these tests are skipped. Pictures of what a person sees are left in
 * {@code target/screenshots}.
 */
class DashboardBrowserTest {
  private static final String ENTER = "\uE007";
  private static final String ESCAPE = "\uE00C";
  private static final String DOWN = "\uE015";
  private static final String RIGHT = "\uE014";
  private static final String PASSWORD = "top-secret";
  private static final int WIDE = 1400;
  private static final int NARROW = 400;

  private static final Path PICTURES =
      Path.of(System.getProperty("understudy.work")).resolveSibling("screenshots");

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static Browser browser;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.start(MACHINES.directory());
    cluster = TestCluster.start(MACHINES, 4, 3, 60, certificates());
    askUsers();
  }

  /** One for all of them. */
  private static String[] certificates() throws IOException {
    Authority authority = new Authority("ca", System.currentTimeMillis());
    Authority.Issued issued = authority.issue("all", List.of("127.0.0.1"), 2);
    Map<String, String> files =
        Map.of(
            "trusted-ca-file", authority.own().certificatePem(),
            "cert-file", issued.certificatePem(),
            "key-file", issued.keyPem());
    List<String> options = new ArrayList<>();
    for (Map.Entry<String, String> each : files.entrySet()) {
      Path file = MACHINES.directory().resolve(each.getKey());
      Files.writeString(file, each.getValue());
      options.addAll(List.of("--" + each.getKey(), file.toString()));
      options.addAll(List.of("--peer-" + each.getKey(), file.toString()));
    }
    return options.toArray(String[]::new);
  }

  private static void askUsers() {
    makeUser("/users/root", "{\"user\":\"root\",\"password\":\"" + PASSWORD + "\"}");
    makeUser("/users/joe", "{\"user\":\"joe\",\"password\":\"pw\"}");
    makeUser("/enable", "");
    for (MachineUnderTest machine : cluster.machines()) {
      await(
          machine.name() + " asks who is there",
          () -> Http.get(machine.clientUrl() + "/dashboard/data/overview").status() != 200);
    }
  }

  /** Refused until every member is known to know users. */
  private static void makeUser(String path, String json) {
    await(
        path,
        () -> Http.putJson(cluster.leader().clientUrl() + "/v2/auth" + path, json).succeeded());
  }

  /** Where root asks, besides the browser. */
  private static String asRoot(MachineUnderTest machine) {
    return machine.clientUrl().replace("://", "://root:" + PASSWORD + "@");
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void nothingWasComplainedOf() throws IOException {
    assertThat(browser.complaints()).isEmpty();
  }

  /** Which machine the page is asked of. */
  enum Asked {
    LEADER,
    FOLLOWER,
    STANDBY;

    MachineUnderTest machine() {
      return switch (this) {
        case LEADER -> cluster.leader();
        case FOLLOWER -> cluster.follower();
        case STANDBY -> cluster.standbys().get(0);
      };
    }
  }

  /** As root, whom a page asks for the password each time that it is loaded. */
  private static void visit(MachineUnderTest machine, String view) throws IOException {
    browser.visit(machine.clientUrl() + "/dashboard#" + view);
    await("it asks", () -> isShown("#login[open]"));
    logIn("root", PASSWORD);
    await("root is let in", () -> !isShown("#login[open]"));
  }

  private static void await(String what, Callable<Boolean> condition) {
    Deadlines.await(what).until(condition);
  }

  private static void awaitText(String selector, String text) {
    await(selector + " says " + text, () -> browser.text(selector).contains(text));
  }

  private static boolean isShown(String selector) throws IOException {
    return browser.count(selector) > 0;
  }

  // ---- overview

  @ParameterizedTest
  @EnumSource(Asked.class)
  void everyMachineShowsAllOfThemWithSeatsRatesAndTimes(Asked asked) throws IOException {
    MachineUnderTest machine = asked.machine();
    browser.width(WIDE);
    visit(machine, "overview");
    await("all machines are listed", () -> browser.count("#machines tr") == 4);
    assertThat(browser.text("#here"))
        .isEqualTo(machine.name() + " · " + (asked == Asked.STANDBY ? "standby" : "peer"));
    // Under load a peer is not well for a moment, or another one leads.
    await("all seats are well", () -> browser.count("#seats .seat.well") == 3);
    await(
        "the leader is shown",
        () -> browser.text("#seats .seat.leads").contains(cluster.leader().name()));
    awaitText("#queue", cluster.standbys().get(0).name());
    awaitText("#plan", "takes its seat");
    await("all have a line of time", () -> browser.count("#timeline .span") >= 4);
    await("rates are plotted", () -> isShown("#plots .line[d*=L]"));
    await(
        "it says whose rates they are",
        () -> {
          MachineUnderTest measured = asked == Asked.STANDBY ? cluster.leader() : machine;
          return browser.text("#plots-of").equals("of " + measured.name());
        });
  }

  @Test
  void itFitsAWideAndANarrowScreenInLightAndInDark() throws IOException {
    MachineUnderTest leader = cluster.leader();
    for (int at = 0; at < 12; at++) {
      Http.putValue(asRoot(leader) + "/v2/keys/services/web-" + at, "{\"port\": 80" + at + "}");
    }
    session(leader, "nightly backup");
    browser.width(WIDE);
    visit(leader, "overview");
    await("rates are plotted", () -> isShown("#plots .line[d*=L]"));
    takePictures("overview");
    browser.click("#tab-keys");
    await("the root is read", () -> isShown("#tree [data-key='/services']"));
    browser.click("#tree [data-key='/services'] > .key-row");
    await("it is open", () -> isShown("[data-key='/services/web-3']"));
    browser.click("[data-key='/services/web-3'] > .key-row");
    await("it is shown", () -> isShown("#key-value"));
    takePictures("keys");
    browser.click("#tab-locks");
    awaitText("#sessions", "jobs/backup");
    takePictures("locks");
    browser.click("#tab-settings");
    await("the config is shown", () -> isShown("#config-activeSize"));
    takePictures("settings");
  }

  private static void takePictures(String view) throws IOException {
    for (int width : new int[] {NARROW, WIDE}) {
      browser.width(width);
      assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
          .as(view + " is not wider than its window of " + width)
          .isEqualTo("true");
      for (boolean dark : new boolean[] {true, false}) {
        browser.dark(dark);
        browser.picture(PICTURES.resolve(view + "-" + width + (dark ? "-dark" : "") + ".png"));
      }
    }
  }

  private static void session(MachineUnderTest machine, String name) throws IOException {
    String id =
        Http.putJson(
                asRoot(machine) + "/v1/session/create",
                "{\"Name\":\"" + name + "\",\"TTL\":\"600s\"}")
            .object()
            .get("ID")
            .getAsString();
    Http.putJson(asRoot(machine) + "/v1/kv/jobs/backup?acquire=" + id, "m1");
  }

  // ---- keys

  @Test
  void aKeyIsMadeChangedAndDeletedFromAStandbyWithTheKeyboardToo() throws IOException {
    String key = asRoot(cluster.leader()) + "/v2/keys/from/browser";
    browser.width(WIDE);
    visit(Asked.STANDBY.machine(), "keys");
    await("the root is read", () -> isShown("#tree [aria-expanded=true]"));
    browser.click("#key-new");
    browser.press("from/browser");
    browser.type("#key-detail textarea", "one");
    browser.click("#key-detail .primary");
    awaitText("#key-said", "Created.");
    assertThat(Http.get(key).body()).contains("\"value\":\"one\"");

    browser.type("#key-value", "two");
    browser.click("#key-detail .primary");
    awaitText("#key-said", "Saved.");
    assertThat(Http.get(key).body()).contains("\"value\":\"two\"");

    Http.putValue(key, "three");
    browser.type("#key-value", "four");
    browser.click("#key-detail .primary");
    awaitText("#key-said", "Somebody else has changed this key");
    assertThat(Http.get(key).body()).contains("\"value\":\"three\"");

    browser.click("#tree [data-key='/'] > .key-row");
    browser.press(RIGHT);
    await("it is open again", () -> isShown("[data-key='/from']"));
    browser.run("document.querySelector('[data-key=\"/from\"]').focus()");
    browser.press(ENTER);
    await("the directory is open", () -> isShown("[data-key='/from/browser']"));
    browser.press(DOWN);
    browser.press(ENTER);
    awaitText("#key-detail h2", "/from/browser");
    browser.click("#key-detail .danger");
    browser.press(ESCAPE);
    assertThat(Http.get(key).status()).as("after Esc").isEqualTo(200);
    browser.click("#key-detail .danger");
    browser.click("#ask-yes");
    awaitText("#key-said", "is deleted");
    assertThat(Http.get(key).status()).isEqualTo(404);
  }

  @Test
  void whatIsMarkupInAKeyOrAValueIsShownAsText() throws IOException {
    String name = "<img src=x onerror=\"document.title='taken'\">";
    String url = asRoot(cluster.leader()) + "/v2/keys/evil/";
    Http.putValue(
        url + Http.encoded(name).replace("+", "%20"), "<script>document.title='taken'</script>");
    visit(Asked.LEADER.machine(), "keys");
    await("the root is read", () -> isShown("#tree [data-key='/evil']"));
    browser.click("#tree [data-key='/evil'] > .key-row");
    await("it is open", () -> browser.text("#tree").contains(name));
    browser.click("#tree [data-key='/evil'] li > .key-row");
    await("it is shown", () -> isShown("#key-value"));
    assertThat(browser.text("#key-detail h2")).isEqualTo("/evil/" + name);
    assertThat(browser.run("return document.getElementById('key-value').value"))
        .isEqualTo("<script>document.title='taken'</script>");
    assertThat(browser.count("main img, main script")).isZero();
    assertThat(browser.run("return document.title")).doesNotContain("taken");
  }

  // ---- who may

  @Test
  void thePageAsksForAPasswordAndAnOperatorChangesTheConfig() throws IOException {
    browser.width(WIDE);
    browser.visit(Asked.STANDBY.machine().clientUrl() + "/dashboard#settings");
    await("it asks", () -> isShown("#login[open]"));
    assertThat(browser.count("#machines tr, #config input")).as("nothing is shown").isZero();
    logIn("root", "wrong");
    awaitText("#login-error", "wrong");
    logIn("joe", "pw");
    awaitText("#banner-text", "joe may not see this");
    browser.click("#account");
    await("joe is forgotten", () -> browser.text("#account").equals("Log in"));
    await("it asks again", () -> isShown("#login[open]"));
    logIn("root", PASSWORD);
    await("the config is shown", () -> isShown("#config-removeDelay"));
    browser.type("#config-removeDelay", "50");
    browser.click("#config .primary");
    awaitText("#config-said", "Saved.");
    assertThat(cluster.config().get("removeDelay").getAsDouble()).isEqualTo(50);
    browser.click("#account");
    await("it forgets", () -> browser.text("#account").equals("Log in"));
  }

  private static void logIn(String user, String password) throws IOException {
    browser.type("#login-user", user);
    browser.type("#login-password", password);
    browser.press(ENTER);
  }

  // ---- failures

  @Test
  void thePageFollowsWhenTheLeaderIsKilled() throws IOException {
    MachineUnderTest leader = cluster.leader();
    browser.width(WIDE);
    visit(Asked.FOLLOWER.machine(), "overview");
    awaitText("#facts", leader.name());
    leader.kill();
    try {
      await(
          "another leads",
          () ->
              browser.text("#events").contains("leads in term")
                  && !browser.text("#facts .fact:first-child strong").equals(leader.name()));
      awaitText("#machines tr[data-machine='" + leader.name() + "']", "silent");
      awaitText("#plan", "takes its seat");
      browser.picture(PICTURES.resolve("leader-killed-1400.png"));
    } finally {
      leader.start().awaitReady();
    }
    awaitText("#health", "healthy");
  }
}
