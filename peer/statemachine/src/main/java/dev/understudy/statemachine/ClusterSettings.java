package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.StoreVersion;

/**
 * What the machines of the cluster have agreed on: its config, and the version of its store. Both
 * stand in the key space and are read from there; there is no other copy that could differ.
 */
final class ClusterSettings implements Part {
  private final KeySpace keys;
  private volatile ClusterConfig config = ClusterConfig.DEFAULT;

  ClusterSettings(KeySpace keys) {
    this.keys = keys;
  }

  ClusterConfig config() {
    return config;
  }

  int storeVersion() {
    return keys.valueOf(StoreVersion.KEY)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::parseInt)
        .orElse(StoreVersion.CURRENT);
  }

  ClusterConfig apply(Command.CreateCluster cluster) {
    keys.set(StoreVersion.KEY, Integer.toString(cluster.storeVersion()));
    return set(cluster.configJson());
  }

  ClusterConfig apply(Command.SetClusterConfig change) {
    return set(change.subsetJson());
  }

  /** Merged here, not where it was proposed: of two changes at once neither undoes the other. */
  private ClusterConfig set(String subsetJson) {
    keys.set(ClusterConfig.KEY, merged(subsetJson).toJson());
    config = read();
    return config;
  }

  /** What cannot be read changes nothing; it is refused before it comes into a log. */
  private ClusterConfig merged(String subsetJson) {
    try {
      return config.merge(subsetJson);
    } catch (ApiException | IllegalArgumentException e) {
      return config;
    }
  }

  private ClusterConfig read() {
    return keys.valueOf(ClusterConfig.KEY)
        .map(ClusterConfig::fromJsonOrDefault)
        .orElse(ClusterConfig.DEFAULT);
  }

  /** The number of seats is part of the config. */
  @Override
  public boolean countsBeforeStart() {
    return true;
  }

  @Override
  public void restore(StateImage image) {
    config = read();
  }
}
