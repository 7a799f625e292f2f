package dev.understudy.clusterconfig;

import java.util.List;

/**
 * Where the cluster keeps its own records in the key space. Beside them, under {@link #ROOT},
 * clients may keep other keys, such as {@code /_etcd/registry}, where etcd's discovery finds the
 * members of other clusters.
 */
public final class ClusterRecords {
  /** The directory of all of them. */
  public static final String ROOT = "/_etcd";

  private static final List<String> GUARDED =
      List.of(ClusterConfig.KEY, MachineRecord.DIRECTORY, StoreVersion.KEY);

  private ClusterRecords() {}

  /**
   * Whether a change of a key, with all beneath it, would reach a record of the cluster: the
   * directory itself, a record, or what is beneath one.
   *
   * @param key clean, beginning with a slash, without one at its end
   */
  public static boolean guards(String key) {
    return key.startsWith(ROOT)
        && (key.length() == ROOT.length()
            || GUARDED.stream().anyMatch(record -> isAtOrBelow(record, key)));
  }

  private static boolean isAtOrBelow(String record, String key) {
    return key.startsWith(record)
        && (key.length() == record.length() || key.charAt(record.length()) == '/');
  }
}
