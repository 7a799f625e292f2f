package dev.understudy.peer;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What etcd's dashboards and alerts ask for, of a real peer. */
class EtcdMetricsTest {
  private static final String SETS = "etcd_debugging_store_writes_total{action=\"set\"}";

  @TempDir private Path path;

  @Test
  void dashboardsForEtcdFindWhatTheyAskFor() throws Exception {
    try (DiskDirectory directory = DiskDirectory.open(path)) {
      ClusterOfOne.found(directory);
      try (ClusterOfOne cluster = new ClusterOfOne(directory, WalOptions.DEFAULT, 50_000)) {
        await().until(() -> cluster.peer().status().isLeader());
        tellsWhatIsAskedFor(cluster);
      }
    }
  }

  private static void tellsWhatIsAskedFor(ClusterOfOne cluster) throws Exception {
    double setsBefore = value(cluster.metrics(), SETS);
    cluster.put("/a", "1");
    cluster.put("/a", "2");
    cluster.delete("/a");

    String metrics = cluster.metrics();

    assertThat(metrics)
        .contains(
            "\netcd_server_has_leader 1.0\n",
            "\netcd_server_is_leader 1.0\n",
            "\netcd_server_is_learner 0.0\n",
            "\netcd_server_leader_changes_seen_total 1.0\n",
            "\netcd_server_id{server_id=\"",
            "\netcd_server_version{server_version=\"",
            "\netcd_debugging_store_writes_total{action=\"delete\"} 1.0\n",
            "\netcd_debugging_store_watchers 0.0\n",
            "\netcd_server_proposals_pending ",
            "\netcd_server_proposals_failed_total 0.0\n",
            "\nunderstudy_sessions 0.0\n",
            "\nunderstudy_seats 1.0\n",
            "\nprocess_open_fds ",
            "\nprocess_resident_memory_bytes ",
            "\njvm_memory_used_bytes{area=\"heap\"} ",
            "\njvm_gc_collection_seconds_count{gc=");
    assertThat(value(metrics, SETS)).isEqualTo(setsBefore + 2);
    assertThat(value(metrics, "etcd_server_proposals_applied_total")).isGreaterThanOrEqualTo(3);
    assertThat(value(metrics, "etcd_server_proposals_committed_total")).isGreaterThanOrEqualTo(3);
    assertThat(value(metrics, "etcd_disk_wal_write_bytes_total")).isPositive();
    assertThat(value(metrics, "etcd_disk_wal_fsync_duration_seconds_count"))
        .isBetween(3.0, value(metrics, "understudy_log_sync_duration_seconds_count"));
  }

  private static double value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
