package dev.understudy.admin.cli;

import java.util.Objects;
import java.util.Optional;

/**
 * What a machine tells of itself, besides what it answers.
 *
 * @param logFormat of its log
 * @param slowRequestMillis from the headers of a client's request to its answer; slower ones are
 *     logged. 0: none is
 * @param metricsAddress where it answers metrics and health besides; empty: on the client port only
 */
public record Telemetry(
    LogFormat logFormat, int slowRequestMillis, Optional<HostPort> metricsAddress) {
  /** As long as an election takes: whoever waits longer than that has not just met one. */
  static final int DEFAULT_SLOW_REQUEST_MILLIS = 1_000;

  private static final int MAX_SLOW_REQUEST_MILLIS = 3_600_000;

  /** Text, and no port of its own. */
  public static final Telemetry DEFAULT =
      new Telemetry(LogFormat.TEXT, DEFAULT_SLOW_REQUEST_MILLIS, Optional.empty());

  public Telemetry {
    Objects.requireNonNull(logFormat);
    Objects.requireNonNull(metricsAddress);
    if (slowRequestMillis < 0) {
      throw new IllegalArgumentException("milliseconds are not negative");
    }
  }

  static Telemetry read(GivenOptions given, Security security, MachineAddresses others)
      throws UsageException {
    String format = given.text(Flag.LOG_FORMAT.word()).orElse("text");
    return new Telemetry(
        LogFormat.parse(given.as(Flag.LOG_FORMAT.word()), format),
        given.whole(
            Flag.SLOW_REQUEST_MILLIS.word(),
            DEFAULT_SLOW_REQUEST_MILLIS,
            0,
            MAX_SLOW_REQUEST_MILLIS),
        metricsAddress(given, security, others));
  }

  /** Plain unless it says https, whatever the other ports speak: scrapers often know no TLS. */
  private static Optional<HostPort> metricsAddress(
      GivenOptions given, Security security, MachineAddresses others) throws UsageException {
    Optional<String> text = given.text(Flag.METRICS_ADDR.word()).filter(said -> !said.isEmpty());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String as = given.as(Flag.METRICS_ADDR.word());
    HostPort address = HostPort.parse(as, text.get());
    if (address.isTls() && !security.hasClientTls()) {
      throw new UsageException(as + " says https, which needs " + Flag.CERT_FILE);
    }
    if (address.isAt(others.clientBind()) || address.isAt(others.peerBind())) {
      throw new UsageException(as + " needs a port of its own, not " + address);
    }
    return Optional.of(address);
  }
}
