package dev.understudy.admin.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.admin.operator.Web.Answer;
import dev.understudy.admin.operator.Web.Question;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands against scripted machines: what is asked where, what is printed, with what it ends. */
class OperatorTest {
  private static final String CLIENT = "http://c1:2379";
  private static final String PEER = "http://p1:2380";
  private static final String IDENTITY =
      "{\"name\":\"one\",\"peerURL\":\"http://p1:2380\",\"clientURL\":\"http://c1:2379\","
          + "\"process\":\"1\",\"mode\":\"peer\",\"clusterId\":\"a\",\"id\":\"b\",\"peers\":[]}";
  private static final String MEMBERS =
      "{\"members\":[{\"id\":\"b\",\"name\":\"one\",\"peerURLs\":[\"http://p1:2380\"],"
          + "\"clientURLs\":[\"http://c1:2379\"]}]}";
  private static final String MACHINES =
      "[{\"name\":\"one\",\"state\":\"leader\",\"clientURL\":\"http://c1:2379\","
          + "\"peerURL\":\"http://p1:2380\"},{\"name\":\"two\",\"state\":\"follower\","
          + "\"clientURL\":\"http://c2:2379\",\"peerURL\":\"http://p2:2380\"}]";

  private final Map<String, List<Object>> script = new HashMap<>();
  private final List<Question> asked = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Answers one question after the other, and the last one again and again. */
  private void on(String question, Object... answers) {
    script.put(question, new ArrayList<>(List.of(answers)));
  }

  private static Answer ok(String body) {
    return new Answer(200, body, Map.of());
  }

  private static Answer answer(int status, String body) {
    return new Answer(status, body, Map.of());
  }

  private Answer ask(Question question) throws IOException {
    asked.add(question);
    List<Object> answers = script.get(question.method() + " " + question.url());
    if (answers == null) {
      throw new Web.NotSentException("nobody answers there", null);
    }
    Object next = answers.size() > 1 ? answers.remove(0) : answers.get(0);
    if (next instanceof IOException failure) {
      throw failure;
    }
    return (Answer) next;
  }

  private int run(String... args) throws UsageException {
    CliCommand.Operate command =
        (CliCommand.Operate)
            new CommandLine(Map.of("UNDERSTUDY_ENDPOINTS", "c1:2379"), () -> "h", "1")
                .parse(List.of(args));
    return Operator.run(
        command.call(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new ByteArrayInputStream("from stdin".getBytes(StandardCharsets.UTF_8)),
        this::ask);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complaint() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void aPeer() {
    on("GET " + CLIENT + "/v2/admin/identity", answer(404, "not found"));
    on("GET " + CLIENT + "/v2/members", ok(MEMBERS));
    on("GET " + PEER + "/v2/admin/identity", ok(IDENTITY));
    on("GET " + PEER + "/v2/admin/machines", ok(MACHINES));
  }

  @Test
  void aClientPortIsAsGoodAsAPeerPort() throws UsageException {
    aPeer();
    String table =
        """
        NAME  STATE     CLIENT URL      PEER URL
        one   leader    http://c1:2379  http://p1:2380
        two   follower  http://c2:2379  http://p2:2380
        """;
    assertThat(run("machines", "list")).isZero();
    assertThat(printed()).isEqualToNormalizingNewlines(table);
    out.reset();
    assertThat(run("machines", "list", "--endpoints", "p1:2380")).isZero();
    assertThat(printed()).isEqualToNormalizingNewlines(table);
    out.reset();
    assertThat(run("machines", "list", "--json")).isZero();
    assertThat(printed().strip()).isEqualTo(MACHINES);
  }

  @Test
  void aMachineIsTakenOutForGoodAndAllowedASeatAgain() throws UsageException {
    aPeer();
    on(
        "DELETE " + PEER + "/v2/admin/machines/two?force=true&forGood=true",
        ok("{\"removed\":\"two\",\"forGood\":true,\"note\":\"it stands by\"}"));
    assertThat(run("machines", "remove", "two", "--for-good", "--force")).isZero();
    assertThat(printed()).contains("removed two", "it stands by");
    out.reset();
    on("PUT " + PEER + "/v2/admin/standbys/two", ok("{\"name\":\"two\",\"mayTakeSeat\":true}"));
    assertThat(run("standbys", "allow", "two")).isZero();
    assertThat(printed().strip()).isEqualTo("two may take a seat again");
  }

  @Test
  void whoDoesNotAnswerIsPassedOverAndNamedWhenNobodyDoes() throws UsageException {
    aPeer();
    assertThat(run("machines", "list", "--endpoints", "x:1,y:2,p1:2380")).isZero();
    assertThat(complaint()).isEmpty();
    assertThat(run("machines", "list", "--endpoints", "x:1,y:2")).isEqualTo(1);
    assertThat(complaint())
        .contains("no answer: http://x:1: nobody answers there; http://y:2: nobody answers there");
  }

  @Test
  void aChangeIsRedirectedWithItsBodyAndItsMethod() throws UsageException {
    aPeer();
    on(
        "PUT " + PEER + "/v2/admin/config",
        new Answer(307, "", Map.of("location", "http://p2:2380/v2/admin/config")));
    on(
        "PUT http://p2:2380/v2/admin/config",
        ok("{\"activeSize\":5,\"removeDelay\":60,\"syncInterval\":5}"));
    assertThat(run("config", "set", "activeSize=5", "removeDelay=60")).isZero();
    assertThat(asked.get(asked.size() - 1).json())
        .contains("{\"activeSize\":5,\"removeDelay\":60}");
    assertThat(printed()).contains("activeSize    5", "removeDelay   60");
  }

  @Test
  void aLoopOfRedirectsEndsAndSaysSo() throws UsageException {
    aPeer();
    on("GET " + PEER + "/v2/admin/plan", new Answer(307, "", Map.of("location", "/v2/admin/plan")));
    assertThat(run("plan")).isEqualTo(1);
    assertThat(complaint()).contains("more than 10 redirects");
    on("GET " + PEER + "/v2/admin/plan", new Answer(307, "", Map.of()));
    assertThat(run("plan")).isEqualTo(1);
    assertThat(complaint()).contains("it redirects to nowhere");
  }

  /** A write that was sent may have happened: to send it again could undo another one. */
  @Test
  void aChangeThatMayHaveHappenedIsNotTriedElsewhere() throws UsageException {
    aPeer();
    on("PUT " + CLIENT + "/v2/keys/a", new IOException("the connection broke"));
    on("GET http://c2:2379/v2/admin/identity", answer(404, ""));
    on("PUT http://c2:2379/v2/keys/a", answer(201, "{\"node\":{\"value\":\"1\"}}"));
    assertThat(run("keys", "set", "/a", "1", "--endpoints", "c1:2379,c2:2379")).isEqualTo(1);
    assertThat(complaint()).contains("whether it has been done is not known");
    on("PUT " + CLIENT + "/v2/keys/a", new Web.NotSentException("nobody answers there", null));
    assertThat(run("keys", "set", "/a", "1", "--endpoints", "c1:2379,c2:2379")).isZero();
  }

  @Test
  void whatTheClusterRefusesHasItsReasonAndAnExitCodeOfItsOwn() throws UsageException {
    aPeer();
    on(
        "DELETE " + PEER + "/v2/admin/machines/a%20b",
        answer(
            404,
            "{\"errorCode\":100,\"message\":\"Key not found\",\"cause\":\"a b\",\"index\":0}"));
    assertThat(run("machines", "remove", "a b")).isEqualTo(4);
    assertThat(complaint()).contains("understudy: no machine of that name has a seat (a b) [100]");
    on(
        "DELETE " + PEER + "/v2/admin/machines/one",
        answer(400, "{\"errorCode\":406,\"message\":\"The cluster needs this seat\"}"));
    assertThat(run("machines", "remove", "one")).isEqualTo(3);
    on("PUT " + PEER + "/v2/admin/leader", answer(503, "later"));
    assertThat(run("leader", "transfer", "two")).isEqualTo(1);
    on("PUT " + PEER + "/v2/admin/leader", ok("{\"leader\":\"two\"}"));
    assertThat(run("leader", "transfer", "two")).isZero();
    assertThat(printed()).contains("two leads");
  }

  @Test
  void healthAsksEachMachineAndEndsWithOneUnlessAllAreWell() throws UsageException {
    aPeer();
    on("GET http://c1:2379/health", ok("{\"health\":\"true\"}"));
    assertThat(run("health")).isEqualTo(1);
    assertThat(printed()).as("of a leader that does not say").contains("unknown");
    on(
        "GET http://c1:2379/v1/operator/autopilot/state",
        ok(
            "{\"Servers\":{\"b\":{\"Name\":\"one\",\"Healthy\":true},\"c\":{\"Name\":\"two\","
                + "\"Healthy\":false,\"Unhealthy\":\"it is 900 entries behind\"}}}"));
    assertThat(run("health")).isEqualTo(1);
    assertThat(printed()).contains("http://c1:2379  healthy", "it is 900 entries behind");
    assertThat(printed())
        .contains("one   leader    healthy", "two   follower  unreachable", "NOT healthy");
    on("GET http://c2:2379/health", answer(503, "{\"health\":\"false\"}"));
    assertThat(run("health", "--json")).isEqualTo(1);
    assertThat(printed()).contains("{\"healthy\":false", "\"health\":\"unhealthy\"");
    on("GET http://c2:2379/health", ok("{\"health\":\"true\"}"));
    assertThat(run("health")).isZero();
  }

  @Test
  void standbysAndThePlanAreTables() throws UsageException {
    aPeer();
    on(
        "GET " + PEER + "/v2/admin/standbys",
        ok(
            "[{\"name\":\"s\",\"clientURL\":\"http://c3:1\",\"peerURL\":\"http://p3:1\","
                + "\"seatPriority\":50,\"knownForMillis\":123456,\"lastSyncMillisAgo\":400}]"));
    on(
        "GET " + PEER + "/v2/admin/plan",
        ok(
            "{\"activeSize\":3,\"openSeats\":1,\"peers\":[{\"name\":\"one\",\"id\":\"b\","
                + "\"votes\":true,\"lastHeardMillisAgo\":20,\"lagEntries\":0,\"verdict\":\"keep\","
                + "\"reason\":\"it leads\"}],\"candidates\":[{\"name\":\"s\"}],"
                + "\"newVersion\":\"0.2.0\",\"preemption\":{\"standby\":\"s\",\"peer\":\"one\","
                + "\"class\":\"service\",\"enabled\":false}}"));
    assertThat(run("standbys", "list")).isZero();
    assertThat(run("plan")).isZero();
    assertThat(printed())
        .contains("s     50        123 s      0.4 s ago  http://c3:1")
        .contains("one   yes    0.0 s ago   0    keep     it leads")
        .contains("seats: 3, open: 1, standbys that would come: s")
        .contains("have version 0.2.0: its standbys come before others alike")
        .contains(
            "preemption: s (service) would take the seat of one, if ServiceSchedulerEnabled were"
                + " on");
  }

  @Test
  void keysAreWrittenReadListedAndDeleted() throws UsageException {
    aPeer();
    on(
        "PUT " + CLIENT + "/v2/keys/a/b%20c?prevExist=false&ttl=9",
        answer(201, "{\"action\":\"create\",\"node\":{\"key\":\"/a/b c\",\"value\":\"x y\"}}"));
    assertThat(run("keys", "set", "a/b c", "x y", "--create", "--ttl", "9")).isZero();
    assertThat(asked.get(asked.size() - 1).form()).contains("value=x+y");
    on("PUT " + CLIENT + "/v2/keys/a", ok("{\"node\":{\"key\":\"/a\",\"value\":\"v\"}}"));
    assertThat(run("keys", "set", "a")).isZero();
    assertThat(asked.get(asked.size() - 1).form()).contains("value=from+stdin");
    assertThat(run("keys", "set", "a", "--", "--json")).isZero();
    assertThat(asked.get(asked.size() - 1).form()).contains("value=--json");
    out.reset();
    on(
        "GET " + CLIENT + "/v2/keys/a?quorum=true",
        ok("{\"action\":\"get\",\"node\":{\"key\":\"/a\",\"value\":\"v\"}}"));
    assertThat(run("keys", "get", "a", "--quorum")).isZero();
    assertThat(printed()).isEqualToNormalizingNewlines("v\n");
    out.reset();
    on(
        "GET " + CLIENT + "/v2/keys/?recursive=true&sorted=true",
        ok(
            "{\"node\":{\"key\":\"/\",\"dir\":true,\"nodes\":[{\"key\":\"/d\",\"dir\":true,"
                + "\"nodes\":[{\"key\":\"/d/x\",\"value\":\"1\"}]},{\"key\":\"/k\","
                + "\"value\":\"2\"}]}}"));
    assertThat(run("keys", "ls", "--recursive")).isZero();
    assertThat(printed()).isEqualToNormalizingNewlines("/d/\n/d/x\n/k\n");
    on("DELETE " + CLIENT + "/v2/keys/a?prevValue=v", ok("{\"action\":\"compareAndDelete\"}"));
    assertThat(run("keys", "rm", "a", "--prev-value", "v")).isZero();
    on("GET " + CLIENT + "/v2/keys/none", answer(404, "{\"errorCode\":100,\"message\":\"n\"}"));
    assertThat(run("keys", "get", "none")).isEqualTo(4);
  }

  @Test
  void aWatchGoesOnBehindEachChangeSoThatNoneIsMissed() throws UsageException {
    aPeer();
    String base = "GET " + CLIENT + "/v2/keys/a?recursive=true&wait=true&waitIndex=";
    on(base + "8", new Answer(200, "", Map.of("x-etcd-index", "7")), event("set", "1", 8));
    on(base + "9", event("delete", null, 12));
    on(base + "13", answer(400, "{\"errorCode\":401,\"message\":\"outdated\"}"));
    assertThat(run("keys", "watch", "a", "--recursive", "--after-index", "7", "--forever"))
        .isEqualTo(3);
    assertThat(printed()).isEqualToNormalizingNewlines("set /a/k 1\ndelete /a/k\n");
  }

  private static Answer event(String action, String value, long index) {
    return ok(
        "{\"action\":\""
            + action
            + "\",\"node\":{\"key\":\"/a/k\""
            + (value == null ? "" : ",\"value\":\"" + value + "\"")
            + ",\"modifiedIndex\":"
            + index
            + "}}");
  }

  @Test
  void aTokenIsMadeAndItsUrlPrinted() throws UsageException {
    aPeer();
    int code = runWithAnyToken("discovery", "new", "--size", "3", "--endpoint", "http://p1:2380");
    assertThat(code).isZero();
    assertThat(printed().strip())
        .matches("http://c1:2379/v2/keys/_discovery/[0-9a-f]{32}")
        .isEqualTo(lastUrl().replace("/_config/size?prevExist=false", ""));
    assertThat(asked.get(asked.size() - 2).form()).contains("value=3");
  }

  private String lastUrl() {
    return asked.stream()
        .filter(question -> question.method().equals("PUT"))
        .reduce((first, second) -> second)
        .orElseThrow()
        .url();
  }

  private int runWithAnyToken(String... args) throws UsageException {
    CliCommand.Operate command =
        (CliCommand.Operate) new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args));
    return Operator.run(
        command.call(),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        new ByteArrayInputStream(new byte[0]),
        question -> {
          if (question.method().equals("PUT")) {
            asked.add(question);
            return answer(201, "{}");
          }
          return ask(question);
        });
  }

  @Test
  void whatIsNoMachineIsSaidToBeNone() throws UsageException {
    on("GET http://w:80/v2/admin/identity", ok("<html>"));
    on("GET http://w:80/v2/members", ok("<html>"));
    assertThat(run("machines", "list", "--endpoints", "w:80")).isEqualTo(1);
    assertThat(complaint()).contains("http://w:80: it is no port of a machine, answers 200");
  }

  private static final String HEALTH =
      "{\"Healthy\":false,\"FailureTolerance\":1,\"Servers\":[{\"ID\":\"b\",\"Name\":\"one\","
          + "\"Address\":\"p1:2380\",\"SerfStatus\":\"alive\",\"Version\":\"1\",\"Leader\":true,"
          + "\"LastContact\":\"0s\",\"LastTerm\":2,\"LastIndex\":9,\"Healthy\":true,\"Voter\":true}]}";

  @Test
  void autopilotHealthEndsWithOneUnlessAllAreHealthy() throws UsageException {
    on("GET " + CLIENT + "/v2/admin/identity", answer(404, ""));
    on("GET " + CLIENT + "/v1/operator/autopilot/health", answer(429, HEALTH), ok(HEALTH));
    assertThat(run("operator", "autopilot", "health")).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("one", "leader", "NOT healthy, voters that may fail: 1");
    out.reset();
    assertThat(run("operator", "autopilot", "health", "--json")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines(HEALTH);
  }

  @Test
  void membersOfConsensusAreListedRemovedAndMadeToLead() throws UsageException {
    on("GET " + CLIENT + "/v2/admin/identity", answer(404, ""));
    on(
        "GET " + CLIENT + "/v1/operator/raft/configuration",
        ok(
            "{\"Servers\":[{\"ID\":\"b\",\"Node\":\"one\",\"Address\":\"p1:2380\",\"Leader\":true,"
                + "\"ProtocolVersion\":\"3\",\"Voter\":true}],\"Index\":7}"));
    assertThat(run("operator", "raft", "list-peers")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("one", "p1:2380", "leader", "true");

    on(
        "DELETE " + CLIENT + "/v1/operator/raft/peer?id=f",
        answer(500, "id \"f\" was not found in the Raft configuration\n"));
    assertThat(run("operator", "raft", "remove-peer", "--id", "f")).isEqualTo(4);
    on("DELETE " + CLIENT + "/v1/operator/raft/peer?address=p1%3A2380", ok(""));
    assertThat(run("operator", "raft", "remove-peer", "--address", "p1:2380")).isZero();
    on(
        "PUT " + CLIENT + "/v1/operator/raft/transfer-leader?id=b",
        answer(500, "No cluster leader\n"),
        ok("{\"Success\":true}"));
    assertThat(run("operator", "raft", "transfer-leader", "--id", "b")).isEqualTo(1);
    assertThat(run("operator", "raft", "transfer-leader", "--id", "b")).isZero();
  }

  @Test
  void settingsAreReadChangedByFieldAndWrittenUnlessSomebodyElseHas() throws UsageException {
    on("GET " + CLIENT + "/v2/admin/identity", answer(404, ""));
    String url = CLIENT + "/v1/operator/scheduler/configuration";
    on(
        "GET " + url,
        ok(
            "{\"SchedulerConfig\":{\"SchedulerAlgorithm\":\"binpack\",\"PreemptionConfig\":{"
                + "\"SystemSchedulerEnabled\":true},\"CreateIndex\":3,\"ModifyIndex\":7},"
                + "\"Index\":7}"));
    on(
        "PUT " + url + "?cas=7",
        ok("{\"Updated\":true,\"Index\":8}"),
        ok("{\"Updated\":false,\"Index\":8}"));
    assertThat(run("operator", "scheduler", "get-config")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("SystemSchedulerEnabled", "binpack")
        .doesNotContain("ModifyIndex");
    String[] set = {
      "operator",
      "scheduler",
      "set-config",
      "SystemSchedulerEnabled=false",
      "SchedulerAlgorithm=spread"
    };
    assertThat(run(set)).isZero();
    assertThat(asked.get(asked.size() - 1).json().orElseThrow())
        .isEqualTo(
            "{\"SchedulerAlgorithm\":\"spread\",\"PreemptionConfig\":{"
                + "\"SystemSchedulerEnabled\":false},\"CreateIndex\":3,\"ModifyIndex\":7}");
    assertThat(run(set)).as("somebody else was faster").isEqualTo(3);
    assertThat(run("operator", "scheduler", "set-config", "System=false")).isEqualTo(3);
    assertThat(run("operator", "scheduler", "set-config", "SystemSchedulerEnabled=1")).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("no field \"System\"; there are", "SystemSchedulerEnabled cannot be \"1\"");
  }

  @Test
  void theAutopilotConfigIsItsOwnObject() throws UsageException {
    on("GET " + CLIENT + "/v2/admin/identity", answer(404, ""));
    String url = CLIENT + "/v1/operator/autopilot/configuration";
    on("GET " + url, ok("{\"CleanupDeadServers\":true,\"MaxTrailingLogs\":250,\"ModifyIndex\":0}"));
    on("PUT " + url + "?cas=0", ok("true"));
    assertThat(run("operator", "autopilot", "set-config", "MaxTrailingLogs=9", "--json")).isZero();
    assertThat(asked.get(asked.size() - 1).json().orElseThrow()).contains("\"MaxTrailingLogs\":9,");
  }
}
