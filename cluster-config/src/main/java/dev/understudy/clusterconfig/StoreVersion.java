package dev.understudy.clusterconfig;

/**
 * The version of what peers replicate: a machine can take a seat only when the cluster's version
 * lies within the range that the machine knows. Unlike the version of the program, it changes only
 * when an older program could not read the log or the snapshots any more.
 */
public final class StoreVersion {
  /** The key of a cluster's version in the key space, written when the cluster is created. */
  public static final String KEY = ClusterRecords.ROOT + "/version";

  /** What a cluster of this program runs; 2 since etcd 0.4, as {@code GET /version} answers. */
  public static final int CURRENT = 2;

  /** The oldest version that this program can take part in. */
  public static final int OLDEST = 2;

  private StoreVersion() {}

  /** Whether this program can take part in a cluster of that version. */
  public static boolean isSupported(int version) {
    return OLDEST <= version && version <= CURRENT;
  }
}
