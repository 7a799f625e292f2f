package dev.understudy.clusterconfig;

import static dev.understudy.clusterconfig.SchedulerConfig.Algorithm.BINPACK;
import static dev.understudy.clusterconfig.SchedulerConfig.Algorithm.SPREAD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeatPreferenceTest {
  /** A standby: priority, zone, version. */
  private static MachineTraits traits(String text) {
    String[] parts = text.split("/", -1);
    return MachineTraits.of(parts[2], Integer.parseInt(parts[0]), parts[1]);
  }

  private static String best(SeatPreference preference, String standbys) {
    return Arrays.stream(standbys.split(" "))
        .sorted((a, b) -> preference.compare(traits(a), traits(b)))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "BINPACK, '', '', 50/a/1 60/b/1, 60/b/1 50/a/1",
    "BINPACK, '', '', 50/a/1 50/c/1 50/b/1, 50/c/1 50/b/1 50/a/1",
    "BINPACK, a, '', 50/c/1 50/a/1, 50/a/1 50/c/1",
    "BINPACK, a, '', 60/c/1 50/a/1, 60/c/1 50/a/1",
    "SPREAD, '', '', 60/a/1 50/c/1, 50/c/1 60/a/1",
    "SPREAD, a, '', 60/c/1 50/a/1, 50/a/1 60/c/1",
    "BINPACK, '', 2, 50/c/1 50/c/2, 50/c/2 50/c/1",
    "BINPACK, '', 2, 60/c/1 50/c/2, 60/c/1 50/c/2",
    "BINPACK, '', '', 50//1 50/a/1, 50//1 50/a/1",
  })
  void priorityZoneAndVersionDecideInTheirOrder(
      SchedulerConfig.Algorithm algorithm, String dead, String version, String from, String to) {
    SeatPreference preference =
        new SeatPreference(
            0,
            Map.of("a", 2, "b", 1),
            Optional.of(dead).filter(zone -> !zone.isEmpty()),
            Optional.of(version).filter(v -> !v.isEmpty()),
            algorithm);
    assertThat(best(preference, from)).isEqualTo(to);
  }

  private static ServerDetails server(long member, String zone, String version) {
    return new ServerDetails(
        new MachineRecord("m" + member, "http://m" + member, ""),
        member,
        MachineTraits.of(version, 50, zone),
        ServerDetails.Mode.PEER,
        member == 1,
        true,
        ServerDetails.Contact.SELF,
        ServerDetails.Progress.NONE,
        Optional.empty(),
        0,
        OptionalLong.empty());
  }

  private static SeatPreference of(long leadingMillis, long dead, ServerDetails... servers) {
    return SeatPreference.of(
        new Servers(List.of(servers)),
        dead,
        leadingMillis,
        new ClusterConfig(3, 60, 1),
        AutopilotConfig.DEFAULT,
        SchedulerConfig.DEFAULT);
  }

  @Test
  void whoHasWatchedForLessThanTheStabilizationTimeDoesNotAskForIt() {
    assertThat(of(9_999, 0).stabilizationMillis()).isZero();
    assertThat(of(10_000, 0).stabilizationMillis()).isEqualTo(10_000);
  }

  @Test
  void aDeadPeerDoesNotCountInItsZoneWhichIsOneShort() {
    SeatPreference preference =
        of(0, 3, server(1, "a", "1"), server(2, "b", "1"), server(3, "b", "1"));
    assertThat(preference.seatsByZone()).isEqualTo(Map.of("a", 1, "b", 1));
    assertThat(preference.zoneOfDead()).contains("b");
    assertThat(preference.algorithm()).isEqualTo(BINPACK).isNotEqualTo(SPREAD);
  }

  @ParameterizedTest
  @CsvSource({
    "1 1 1 2 2, ''",
    "1 1 1 2 2 2, 2",
    "2 2 2, ''",
    "0.9.0 0.10.0 0.10.0 0.10.0, 0.10.0",
    "nightly 1.0 1.0 1.0, 1.0",
  })
  void aNewerVersionIsPreferredOnceItCouldFillAllSeats(String versions, String preferred) {
    List<ServerDetails> servers = new ArrayList<>();
    for (String version : versions.split(" ")) {
      servers.add(server(servers.size() + 1, "", version));
    }
    assertThat(SeatPreference.newVersion(servers, 3).orElse("")).isEqualTo(preferred);
  }
}
