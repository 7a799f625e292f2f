package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutopilotConfigTest {
  @Test
  void whatIsMissingHasItsDefault() throws ApiException {
    assertThat(AutopilotConfig.fromRequest("{}")).isEqualTo(AutopilotConfig.DEFAULT);
  }

  @Test
  void whatWasReadCanBeSentBack() throws ApiException {
    AutopilotConfig config =
        new AutopilotConfig(false, 1_500, 99, OptionalLong.of(60_000), 3, true);
    assertThat(AutopilotConfig.fromRequest(config.toJson(ClusterConfig.DEFAULT, 4, 7)))
        .isEqualTo(config);
  }

  @Test
  void nobodyWaitsForAStandbyLongerThanForADeadPeerUnlessToldSo() {
    ClusterConfig quick = new ClusterConfig(3, 2, 1);
    assertThat(AutopilotConfig.DEFAULT.stabilizationMillis(quick)).isEqualTo(2_000);
    assertThat(AutopilotConfig.DEFAULT.stabilizationMillis(ClusterConfig.DEFAULT))
        .isEqualTo(10_000);
    AutopilotConfig told = new AutopilotConfig(true, 200, 250, OptionalLong.of(60_000), 0, false);
    assertThat(told.stabilizationMillis(quick)).isEqualTo(60_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x|not JSON",
        "[]|not a JSON object",
        "{\"Cleanup\":true}|unknown field \"Cleanup\"",
        "{\"CleanupDeadServers\":1}|neither true nor false",
        "{\"LastContactThreshold\":200}|no duration in quotes",
        "{\"LastContactThreshold\":\"0s\"}|longer than 0",
        "{\"ServerStabilizationTime\":\"ten\"}|no duration in quotes",
        "{\"MaxTrailingLogs\":-1}|out of range",
        "{\"MinQuorum\":100}|within 0 to 99",
        "{\"RedundancyZoneTag\":\"zone\"}|a machine's zone is its --zone",
      })
  void whatCannotBeIsRefusedByName(String json, String why) {
    assertThatThrownBy(() -> AutopilotConfig.fromRequest(json))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error().cause()).contains(why));
  }
}
