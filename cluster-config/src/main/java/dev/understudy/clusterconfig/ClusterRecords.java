package dev.understudy.clusterconfig;

/** Where the cluster keeps its own records in the key space. */
public final class ClusterRecords {
  /** The directory of all of them. */
  public static final String ROOT = "/_etcd";

  private ClusterRecords() {}

  /**
   * Whether a key is the directory or in it.
   *
   * @param key clean, beginning with a slash, without one at its end
   */
  public static boolean contains(String key) {
    return key.startsWith(ROOT)
        && (key.length() == ROOT.length() || key.charAt(ROOT.length()) == '/');
  }
}
