package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.ClusterConfig;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How a cluster to play with is to run.
 *
 * @param machines how many machines
 * @param config the cluster's config
 * @param basePort the client port of the first machine; its peer port is the next one, and so on in
 *     pairs
 * @param dataDirectory beneath which each machine has its own directory and its log, to be kept;
 *     empty for a temporary one, which goes with the cluster
 * @param verbosity of the machines' logs: 0, 1 or 2
 * @param logFormat of the machines' logs
 * @param tls whether all ports speak TLS and ask for certificates
 */
public record LocalClusterOptions(
    int machines,
    ClusterConfig config,
    int basePort,
    Optional<Path> dataDirectory,
    int verbosity,
    LogFormat logFormat,
    boolean tls) {
  /** Two more than there are seats, so that standbys can be seen at work. */
  public static final int DEFAULT_MACHINES = 5;

  /** Three seats, and short patience, because somebody is watching. */
  public static final ClusterConfig DEFAULT_CONFIG = new ClusterConfig(3, 5, 1);

  /** More would not fit on one computer. */
  public static final int MAX_MACHINES = 50;

  public LocalClusterOptions {
    Objects.requireNonNull(config);
    Objects.requireNonNull(dataDirectory);
    Objects.requireNonNull(logFormat);
    if (machines < 1 || machines > MAX_MACHINES) {
      throw new IllegalArgumentException("a local cluster has 1 to " + MAX_MACHINES + " machines");
    }
    if (basePort < 1 || basePort + 2 * machines - 1 > 65_535) {
      throw new IllegalArgumentException("there are not that many ports from " + basePort);
    }
  }

  public int clientPort(int machine) {
    return basePort + 2 * machine;
  }

  public int peerPort(int machine) {
    return basePort + 2 * machine + 1;
  }
}
