package dev.understudy.clusterconfig;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where the cluster keeps its own records in the key space. Beside them, under {@link #ROOT},
 * clients may keep other keys, such as {@code /_etcd/registry}, where etcd's discovery finds the
 * members of other clusters.
 */
public final class ClusterRecords {
  /** The directory of all of them. */
  public static final String ROOT = "/_etcd";

  /** What operators have set; only through requests of their own. */
  private static final List<String> SETTINGS = List.of(AutopilotConfig.KEY, SchedulerConfig.KEY);

  private static final List<String> GUARDED =
      Stream.concat(
              Stream.of(ClusterConfig.KEY, MachineRecord.DIRECTORY, StoreVersion.KEY),
              SETTINGS.stream())
          .toList();

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

  /** Whether a key holds a setting of operators, whose requests write it as clients do keys. */
  public static boolean isSetting(String key) {
    return SETTINGS.contains(key);
  }

  private static boolean isAtOrBelow(String record, String key) {
    return key.startsWith(record)
        && (key.length() == record.length() || key.charAt(record.length()) == '/');
  }
}
