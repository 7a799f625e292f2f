package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The alert rules and the dashboard for Grafana that come with the distribution: what they name is
 * there, and each alert comes when it should. {@code promtool} is of Debian's package {@code
 * prometheus}; without it what it checks is skipped.
 */
class MonitoringFilesTest {
  private static final int SECONDS = 60;
  private static final String RULES = "prometheus-alerts.yml";
  private static final String DASHBOARD = "grafana-dashboard.json";
  private static final Path FILES =
      Path.of(MachineUnderTest.THIS_BUILD).resolveSibling("understudy/monitoring");

  private static final Pattern METRIC = Pattern.compile("\\b(?:understudy|etcd|jvm|process)_\\w+");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z]\\w+)");

  /** Only where ports have certificates, or where a peer has others. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(".*_certificate_expiry_.*|etcd_network_peer_round_trip_time_seconds_bucket");

  @RegisterExtension static final Machines MACHINES = Machines.ofAllTests();

  private static Set<String> told;

  /** A peer that leads, and a standby. */
  @BeforeAll
  static void askBoth() throws IOException {
    MachineUnderTest leader =
        MACHINES.machineAt("m1", "--cluster-active-size", "3", "--cluster-sync-interval", "1");
    leader.start().awaitReady();
    MachineUnderTest standby =
        MACHINES
            .machineAt("m2", "--peers", leader.peerAddress(), "--seat-priority", "0")
            .start()
            .awaitReady();
    Http.putValue(leader.clientUrl() + "/v2/keys/a", "1");
    Http.get(leader.clientUrl() + "/v2/keys/nothing"); // a failure, too, has to be told of
    told = new TreeSet<>();
    for (MachineUnderTest machine : List.of(leader, standby)) {
      SAMPLE
          .matcher(Http.get(machine.clientUrl() + "/metrics").body())
          .results()
          .map(MatchResult::group)
          .forEach(told::add);
    }
  }

  private static Set<String> metricsIn(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(name -> !ELSEWHERE.matcher(name).matches())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyMetricOfTheRulesIsToldByAMachine() throws IOException {
    Set<String> named =
        Files.readAllLines(FILES.resolve(RULES)).stream()
            .filter(line -> line.strip().startsWith("expr:"))
            .flatMap(line -> metricsIn(line).stream())
            .collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(10);
    assertThat(told).containsAll(named);
  }

  @Test
  void everyMetricOfTheDashboardIsToldByAMachine() throws IOException {
    Set<String> named = new TreeSet<>();
    for (JsonElement panel : dashboard().getAsJsonArray("panels")) {
      for (JsonElement target : targets(panel.getAsJsonObject())) {
        named.addAll(metricsIn(target.getAsJsonObject().get("expr").getAsString()));
      }
    }
    assertThat(named).hasSizeGreaterThan(25);
    assertThat(told).containsAll(named);
  }

  @Test
  void everyPanelHasAPlaceOfItsOwnAQuestionAndADescription() throws IOException {
    JsonArray panels = dashboard().getAsJsonArray("panels");
    Set<String> cells = new TreeSet<>();
    for (JsonElement each : panels) {
      JsonObject panel = each.getAsJsonObject();
      JsonObject at = panel.getAsJsonObject("gridPos");
      for (int x = 0; x < at.get("w").getAsInt(); x++) {
        for (int y = 0; y < at.get("h").getAsInt(); y++) {
          String cell = (at.get("x").getAsInt() + x) + "/" + (at.get("y").getAsInt() + y);
          assertThat(cells.add(cell)).as(panel.get("title") + " covers another").isTrue();
        }
      }
      assertThat(at.get("x").getAsInt() + at.get("w").getAsInt()).isLessThanOrEqualTo(24);
      if (!panel.get("type").getAsString().equals("row")) {
        assertThat(targets(panel)).isNotEmpty();
        assertThat(panel.get("description").getAsString()).isNotEmpty();
      }
    }
  }

  private static JsonObject dashboard() throws IOException {
    return JsonParser.parseString(Files.readString(FILES.resolve(DASHBOARD))).getAsJsonObject();
  }

  private static JsonArray targets(JsonObject panel) {
    return panel.has("targets") ? panel.getAsJsonArray("targets") : new JsonArray();
  }

  /** Both are compared, so a new rule needs a test. */
  @Test
  void eachAlertComesWhenItShouldAndAccusesNobodyElse() throws IOException {
    Tool promtool = Tool.require("promtool", "Debian: prometheus");
    String cases = IOUtils.resourceToString("/monitoring/alerts-test.yml", StandardCharsets.UTF_8);
    String rules = Files.readString(FILES.resolve(RULES));
    assertThat(names("alertname: (\\w+)", cases)).isEqualTo(names("- alert: (\\w+)", rules));
    Path work = MACHINES.directory();
    Files.writeString(work.resolve(RULES), rules);
    Files.writeString(work.resolve("alerts-test.yml"), cases);

    Tool.Result checked = promtool.run(work, Map.of(), SECONDS, "check", "rules", RULES);
    assertThat(checked.exit()).as(checked.printed()).isZero();
    Tool.Result provoked =
        promtool.run(work, Map.of(), SECONDS, "test", "rules", "alerts-test.yml");
    assertThat(provoked.exit()).as(provoked.printed()).isZero();
    assertThat(provoked.printed()).contains("SUCCESS");
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
