package dev.understudy.testkit.local;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of a cluster. By default it has three machines, all with a seat; silent peers lose
 * theirs after five seconds; the data are in a temporary directory, which is deleted in the end.
 */
public final class ClusterBuilder {
  static final int DEFAULT_MACHINES = 3;

  private final Map<String, String> options = new LinkedHashMap<>();
  private int machines = DEFAULT_MACHINES;
  private Optional<Path> directory = Optional.empty();

  ClusterBuilder() {
    activeSize(DEFAULT_MACHINES);
    removeDelaySeconds(5);
    syncIntervalSeconds(1);
  }

  /** How many machines there are, called m1, m2 and so on; 1 at least. */
  public ClusterBuilder machines(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a cluster has a machine at least");
    }
    machines = count;
    return this;
  }

  /** How many of them have a seat, the first ones at the beginning; 3 at least. */
  public ClusterBuilder activeSize(int seats) {
    return option("cluster-active-size", Integer.toString(seats));
  }

  /** The silence after which a peer loses its seat; 2 at least. */
  public ClusterBuilder removeDelaySeconds(int seconds) {
    return option("cluster-remove-delay", Integer.toString(seconds));
  }

  /** How often a standby syncs, which is how soon it notices an open seat; 1 at least. */
  public ClusterBuilder syncIntervalSeconds(int seconds) {
    return option("cluster-sync-interval", Integer.toString(seconds));
  }

  /**
   * An option of every machine; {@code understudy --help} has them all.
   *
   * @param name as on the command line, without dashes
   */
  public ClusterBuilder option(String name, String value) {
    options.put(name, value);
    return this;
  }

  /** Where the machines keep their data, each in a directory of its name; it is not deleted. */
  public ClusterBuilder directory(Path kept) {
    directory = Optional.of(kept);
    return this;
  }

  int machines() {
    return machines;
  }

  Map<String, String> options() {
    return Map.copyOf(options);
  }

  Optional<Path> directory() {
    return directory;
  }

  /**
   * Starts the machines and waits until all are ready and one leads. Takes a second or two.
   *
   * @throws IllegalStateException if that does not happen within half a minute; nothing is left
   *     then
   */
  public Cluster start() throws InterruptedException {
    return Cluster.start(this);
  }
}
