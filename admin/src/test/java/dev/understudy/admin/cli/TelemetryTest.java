package dev.understudy.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelemetryTest {
  private static Telemetry read(Map<String, String> environment, String... args)
      throws UsageException {
    CliCommand command = new CommandLine(environment, () -> "host", "1").parse(List.of(args));
    return ((CliCommand.RunMachine) command).options().telemetry();
  }

  @Test
  void aMachineLogsTextAndWhatTakesASecondAndHasNoPortForMetrics() throws UsageException {
    assertThat(read(Map.of())).isEqualTo(Telemetry.DEFAULT);
    assertThat(read(Map.of("UNDERSTUDY_METRICS_ADDR", ""), "--metrics-addr=").metricsAddress())
        .isEmpty();
  }

  @Test
  void allOfItCanBeSetByTheCommandAndTheEnvironment() throws UsageException {
    assertThat(
            read(
                Map.of("UNDERSTUDY_LOG_FORMAT", "json"),
                "--slow-request-millis",
                "0",
                "--metrics-addr",
                "10.0.0.1:9100"))
        .isEqualTo(
            new Telemetry(LogFormat.JSON, 0, Optional.of(new HostPort("10.0.0.1", 9100, false))));
  }

  @Test
  void etcdsUrlForMetricsIsTaken() throws UsageException {
    assertThat(read(Map.of("ETCD_LISTEN_METRICS_URLS", "http://127.0.0.1:9100/")).metricsAddress())
        .contains(new HostPort("127.0.0.1", 9100, false));
  }

  /** A scraper that knows no TLS is why there is a port of its own. */
  @Test
  void thePortForMetricsIsPlainUnlessItSaysOtherwise() throws UsageException {
    String[] tls = {"--cert-file=c", "--key-file=k", "--metrics-addr=127.0.0.1:9100"};
    assertThat(read(Map.of(), tls).metricsAddress().orElseThrow().isTls()).isFalse();
    tls[2] = "--metrics-addr=https://127.0.0.1:9100";
    assertThat(read(Map.of(), tls).metricsAddress().orElseThrow().isTls()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --log-format=xml | --log-format needs text or json, not "xml"
          --slow-request-millis=-1 | --slow-request-millis needs a whole number
          --metrics-addr=nowhere | --metrics-addr needs HOST:PORT, not "nowhere"
          --metrics-addr=https://127.0.0.1:9100 | --metrics-addr says https, which needs --cert-file
          --metrics-addr=127.0.0.1:2379 | --metrics-addr needs a port of its own
          --metrics-addr=127.0.0.1:2380 | --metrics-addr needs a port of its own
          """)
  void whatCannotBeIsRefusedInOneLine(String arg, String message) {
    assertThatThrownBy(() -> read(Map.of(), arg))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aCommandTakesTheFormatFromTheEnvironment() throws UsageException {
    assertThat(LogFormat.ofEnvironment(Map.of())).isEqualTo(LogFormat.TEXT);
    assertThat(LogFormat.ofEnvironment(Map.of("UNDERSTUDY_LOG_FORMAT", "json")))
        .isEqualTo(LogFormat.JSON);
    assertThatThrownBy(() -> LogFormat.ofEnvironment(Map.of("UNDERSTUDY_LOG_FORMAT", "yaml")))
        .hasMessage("UNDERSTUDY_LOG_FORMAT needs text or json, not \"yaml\"");
  }
}
