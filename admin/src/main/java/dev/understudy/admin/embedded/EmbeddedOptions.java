package dev.understudy.admin.embedded;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.UsageException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The options of an embedded machine, by the names that they have on the command line; {@code
 * understudy --help} says what each does and what it is by default. They are checked when a machine
 * is made of them. Immutable: every method returns options of its own.
 *
 * <p>The environment is not looked at. What is about the process is not there: its log, its
 * signals, and {@code --force}, which drops data.
 */
public final class EmbeddedOptions {
  private final Map<String, String> values;

  private EmbeddedOptions(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Options with nothing but a name.
   *
   * @param name the machine's, unique in its cluster
   */
  public static EmbeddedOptions named(String name) {
    return new EmbeddedOptions(Map.of("name", name));
  }

  /**
   * Any option.
   *
   * @param option its word on the command line, without dashes
   * @param value {@code true} or {@code false} for a switch
   */
  public EmbeddedOptions with(String option, String value) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.put(option, Objects.requireNonNull(value));
    return new EmbeddedOptions(all);
  }

  /** {@code --data-dir}. */
  public EmbeddedOptions dataDir(Path directory) {
    return with("data-dir", directory.toString());
  }

  /** {@code --seat-priority}. */
  public EmbeddedOptions seatPriority(int priority) {
    return with("seat-priority", Integer.toString(priority));
  }

  /** {@code --zone}. */
  public EmbeddedOptions zone(String name) {
    return with("zone", name);
  }

  /** {@code --standby-mode}. */
  public EmbeddedOptions standbyMode(String mode) {
    return with("standby-mode", mode);
  }

  /** {@code --snapshot-count}. */
  public EmbeddedOptions snapshotCount(int entries) {
    return with("snapshot-count", Integer.toString(entries));
  }

  /** {@code --addr}. */
  public EmbeddedOptions addr(String hostPort) {
    return with("addr", hostPort);
  }

  /** {@code --bind-addr}. */
  public EmbeddedOptions bindAddr(String hostPort) {
    return with("bind-addr", hostPort);
  }

  /** {@code --peer-addr}. */
  public EmbeddedOptions peerAddr(String hostPort) {
    return with("peer-addr", hostPort);
  }

  /** {@code --peer-bind-addr}. */
  public EmbeddedOptions peerBindAddr(String hostPort) {
    return with("peer-bind-addr", hostPort);
  }

  /** {@code --cert-file}. */
  public EmbeddedOptions certFile(Path file) {
    return with("cert-file", file.toString());
  }

  /** {@code --key-file}. */
  public EmbeddedOptions keyFile(Path file) {
    return with("key-file", file.toString());
  }

  /** {@code --ca-file}. */
  public EmbeddedOptions caFile(Path file) {
    return with("ca-file", file.toString());
  }

  /** {@code --trusted-ca-file}. */
  public EmbeddedOptions trustedCaFile(Path file) {
    return with("trusted-ca-file", file.toString());
  }

  /** {@code --client-cert-auth}. */
  public EmbeddedOptions clientCertAuth() {
    return with("client-cert-auth", "true");
  }

  /** {@code --peer-cert-file}. */
  public EmbeddedOptions peerCertFile(Path file) {
    return with("peer-cert-file", file.toString());
  }

  /** {@code --peer-key-file}. */
  public EmbeddedOptions peerKeyFile(Path file) {
    return with("peer-key-file", file.toString());
  }

  /** {@code --peer-ca-file}. */
  public EmbeddedOptions peerCaFile(Path file) {
    return with("peer-ca-file", file.toString());
  }

  /** {@code --peer-trusted-ca-file}. */
  public EmbeddedOptions peerTrustedCaFile(Path file) {
    return with("peer-trusted-ca-file", file.toString());
  }

  /** {@code --peer-client-cert-auth}. */
  public EmbeddedOptions peerClientCertAuth() {
    return with("peer-client-cert-auth", "true");
  }

  /** {@code --peer-cert-allowed-cn}. */
  public EmbeddedOptions peerCertAllowedCn(String name) {
    return with("peer-cert-allowed-cn", name);
  }

  /** {@code --peer-cert-allowed-hostname}. */
  public EmbeddedOptions peerCertAllowedHostname(String name) {
    return with("peer-cert-allowed-hostname", name);
  }

  /** {@code --tls-min-version}. */
  public EmbeddedOptions tlsMinVersion(String version) {
    return with("tls-min-version", version);
  }

  /** {@code --cipher-suites}. */
  public EmbeddedOptions cipherSuites(String... suites) {
    return with("cipher-suites", String.join(",", suites));
  }

  /** {@code --tls-allow-plain}. */
  public EmbeddedOptions tlsAllowPlain() {
    return with("tls-allow-plain", "true");
  }

  /** {@code --cluster-secret-file}. */
  public EmbeddedOptions clusterSecretFile(Path file) {
    return with("cluster-secret-file", file.toString());
  }

  /** {@code --cluster-secret-optional}. */
  public EmbeddedOptions clusterSecretOptional() {
    return with("cluster-secret-optional", "true");
  }

  /** {@code --cors}. */
  public EmbeddedOptions cors(String... origins) {
    return with("cors", String.join(",", origins));
  }

  /** {@code --host-whitelist}. */
  public EmbeddedOptions hostWhitelist(String... hosts) {
    return with("host-whitelist", String.join(",", hosts));
  }

  /** {@code --client-cert-cn-auth}. */
  public EmbeddedOptions clientCertCnAuth() {
    return with("client-cert-cn-auth", "true");
  }

  /** {@code --max-failed-logins}. */
  public EmbeddedOptions maxFailedLogins(int logins) {
    return with("max-failed-logins", Integer.toString(logins));
  }

  /** {@code --audit-log}. */
  public EmbeddedOptions auditLog(Path file) {
    return with("audit-log", file.toString());
  }

  /** {@code --peers}. */
  public EmbeddedOptions peers(String... hostPorts) {
    return with("peers", String.join(",", hostPorts));
  }

  /** {@code --peers-file}. */
  public EmbeddedOptions peersFile(Path file) {
    return with("peers-file", file.toString());
  }

  /** {@code --discovery}. */
  public EmbeddedOptions discovery(String url) {
    return with("discovery", url);
  }

  /** {@code --cluster-state}. */
  public EmbeddedOptions clusterState(String state) {
    return with("cluster-state", state);
  }

  /** {@code --state-file}. */
  public EmbeddedOptions stateFile(Path file) {
    return with("state-file", file.toString());
  }

  /** {@code --max-retry-attempts}. */
  public EmbeddedOptions maxRetryAttempts(int attempts) {
    return with("max-retry-attempts", Integer.toString(attempts));
  }

  /** {@code --retry-interval}. */
  public EmbeddedOptions retryInterval(double seconds) {
    return with("retry-interval", decimal(seconds));
  }

  /** {@code --cluster-active-size}. */
  public EmbeddedOptions clusterActiveSize(int seats) {
    return with("cluster-active-size", Integer.toString(seats));
  }

  /** {@code --cluster-remove-delay}. */
  public EmbeddedOptions clusterRemoveDelay(double seconds) {
    return with("cluster-remove-delay", decimal(seconds));
  }

  /** {@code --cluster-sync-interval}. */
  public EmbeddedOptions clusterSyncInterval(double seconds) {
    return with("cluster-sync-interval", decimal(seconds));
  }

  /** {@code --peer-heartbeat-interval}. */
  public EmbeddedOptions peerHeartbeatInterval(int millis) {
    return with("peer-heartbeat-interval", Integer.toString(millis));
  }

  /** {@code --peer-election-timeout}. */
  public EmbeddedOptions peerElectionTimeout(int millis) {
    return with("peer-election-timeout", Integer.toString(millis));
  }

  /** {@code --raft-multiplier}. */
  public EmbeddedOptions raftMultiplier(int factor) {
    return with("raft-multiplier", Integer.toString(factor));
  }

  /** {@code --max-connections}. */
  public EmbeddedOptions maxConnections(int connections) {
    return with("max-connections", Integer.toString(connections));
  }

  /** {@code --audit-log-bytes}. */
  public EmbeddedOptions auditLogBytes(long bytes) {
    return with("audit-log-bytes", Long.toString(bytes));
  }

  /** {@code --max-peer-connections}. */
  public EmbeddedOptions maxPeerConnections(int connections) {
    return with("max-peer-connections", Integer.toString(connections));
  }

  /** {@code --max-connections-per-address}. */
  public EmbeddedOptions maxConnectionsPerAddress(int connections) {
    return with("max-connections-per-address", Integer.toString(connections));
  }

  /** {@code --max-peer-streams}. */
  public EmbeddedOptions maxPeerStreams(int streams) {
    return with("max-peer-streams", Integer.toString(streams));
  }

  /** {@code --max-header-bytes}. */
  public EmbeddedOptions maxHeaderBytes(long bytes) {
    return with("max-header-bytes", Long.toString(bytes));
  }

  /** {@code --max-request-bytes}. */
  public EmbeddedOptions maxRequestBytes(long bytes) {
    return with("max-request-bytes", Long.toString(bytes));
  }

  /** {@code --header-timeout}. */
  public EmbeddedOptions headerTimeout(double seconds) {
    return with("header-timeout", decimal(seconds));
  }

  /** {@code --body-timeout}. */
  public EmbeddedOptions bodyTimeout(double seconds) {
    return with("body-timeout", decimal(seconds));
  }

  /** {@code --idle-timeout}. */
  public EmbeddedOptions idleTimeout(double seconds) {
    return with("idle-timeout", decimal(seconds));
  }

  /** {@code --max-watches}. */
  public EmbeddedOptions maxWatches(int watches) {
    return with("max-watches", Integer.toString(watches));
  }

  /** {@code --max-pending-writes}. */
  public EmbeddedOptions maxPendingWrites(int writes) {
    return with("max-pending-writes", Integer.toString(writes));
  }

  /** {@code --quota-bytes}. */
  public EmbeddedOptions quotaBytes(long bytes) {
    return with("quota-bytes", Long.toString(bytes));
  }

  /** {@code --session-ttl-min}. */
  public EmbeddedOptions sessionTtlMin(int seconds) {
    return with("session-ttl-min", Integer.toString(seconds));
  }

  /** {@code --log-memory-bytes}. */
  public EmbeddedOptions logMemoryBytes(long bytes) {
    return with("log-memory-bytes", Long.toString(bytes));
  }

  /** {@code --request-memory-bytes}. */
  public EmbeddedOptions requestMemoryBytes(long bytes) {
    return with("request-memory-bytes", Long.toString(bytes));
  }

  /** {@code --answer-memory-bytes}. */
  public EmbeddedOptions answerMemoryBytes(long bytes) {
    return with("answer-memory-bytes", Long.toString(bytes));
  }

  /** {@code --watch-memory-bytes}. */
  public EmbeddedOptions watchMemoryBytes(long bytes) {
    return with("watch-memory-bytes", Long.toString(bytes));
  }

  /** {@code --metrics-addr}; its port is none that others have to know, so it cannot be 0. */
  public EmbeddedOptions metricsAddr(String hostPort) {
    return with("metrics-addr", hostPort);
  }

  /** {@code --slow-request-millis}. */
  public EmbeddedOptions slowRequestMillis(int millis) {
    return with("slow-request-millis", Integer.toString(millis));
  }

  /** {@code --config}. */
  public EmbeddedOptions config(Path file) {
    return with("config", file.toString());
  }

  private static String decimal(double number) {
    return BigDecimal.valueOf(number).toPlainString();
  }

  Map<String, String> values() {
    return values;
  }

  /**
   * What a machine is made of.
   *
   * @throws IllegalArgumentException when they ask for what cannot be; the message is one line
   */
  static MachineOptions read(Map<String, String> values, String version) {
    List<String> line = new ArrayList<>();
    values.forEach((option, value) -> line.add("--" + option + "=" + value));
    try {
      CliCommand read = new CommandLine(Map.of(), () -> "", version).parse(line);
      if (read instanceof CliCommand.RunMachine machine) {
        return machine.options();
      }
    } catch (UsageException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    throw new IllegalArgumentException("no options of a machine: " + values.keySet());
  }
}
