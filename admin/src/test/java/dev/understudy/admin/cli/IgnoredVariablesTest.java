package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoredVariablesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ETCD_COLOUR|ETCD_COLOUR is ignored; there is nothing like it here",
        "UNDERSTUDY_INITIAL_CLUSTER_STATE|UNDERSTUDY_INITIAL_CLUSTER_STATE is ignored; set"
            + " UNDERSTUDY_CLUSTER_STATE or ETCD_INITIAL_CLUSTER_STATE",
        "UNDERSTUDY_RAFT_MULTIPLER|UNDERSTUDY_RAFT_MULTIPLER is ignored; did you mean"
            + " UNDERSTUDY_RAFT_MULTIPLIER?",
        "UNDERSTUDY_NMAE|UNDERSTUDY_NMAE is ignored; did you mean UNDERSTUDY_NAME?",
      })
  void eachIsNamedWithOurs(String variable, String line) {
    assertThat(IgnoredVariables.of(Map.of(variable, "secret"))).containsExactly(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PATH",
        "ETCD_NAME",
        "ETCD_MAX_WALS",
        "ETCD_CERT_FILE",
        "ETCDCTL_API",
        "UNDERSTUDY_NAME",
        "UNDERSTUDY_VERSION",
        "UNDERSTUDY_PREVIOUS_JAR",
        "ETCD_SERVICE_HOST",
        "ETCD_SERVICE_PORT_CLIENT",
        "ETCD_PORT",
        "ETCD_PORT_2379_TCP_ADDR",
        "UNDERSTUDY_PORT",
      })
  void whatIsReadOrIsForOthersIsNot(String variable) {
    assertThat(IgnoredVariables.of(Map.of(variable, "1"))).isEmpty();
  }

  @Test
  void anEmptyOneCountsAsNotSet() {
    assertThat(IgnoredVariables.of(Map.of("ETCD_NAME", ""))).isEmpty();
  }
}
