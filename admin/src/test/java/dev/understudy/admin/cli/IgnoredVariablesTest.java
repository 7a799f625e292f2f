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
        "ETCD_NAME|ETCD_NAME is ignored; set UNDERSTUDY_NAME or --name",
        "ETCD_ADDR|ETCD_ADDR is ignored; set UNDERSTUDY_ADDR or --addr",
        "ETCD_PEERS_FILE|ETCD_PEERS_FILE is ignored; set UNDERSTUDY_PEERS_FILE or --peers-file",
        "ETCD_SNAPSHOTCOUNT|ETCD_SNAPSHOTCOUNT is ignored; set UNDERSTUDY_SNAPSHOT_COUNT or"
            + " --snapshot-count",
        "ETCD_VERBOSE|ETCD_VERBOSE is ignored; set UNDERSTUDY_V or -v",
        "ETCD_LISTEN_CLIENT_URLS|ETCD_LISTEN_CLIENT_URLS is ignored; set UNDERSTUDY_BIND_ADDR or"
            + " --bind-addr",
        "ETCD_CERT_FILE|ETCD_CERT_FILE is ignored; there is nothing like it here",
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
