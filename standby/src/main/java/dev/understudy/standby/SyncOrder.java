package dev.understudy.standby;

import dev.understudy.clusterconfig.MachineUrl;
import dev.understudy.clusterconfig.MachineView;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * In which order a standby asks peers: the last known list in its own, then the seeds. Those that
 * did not answer when they were asked last come behind all others. A peer that is cut off would
 * otherwise cost every round the time to wait for it, in which the leader forgets the standby, and
 * clients wait to be sent on. It also remembers who knew no leader. For one thread, that of the
 * standby.
 */
final class SyncOrder {
  private final String self;
  private final List<String> seeds;
  private final Set<String> silent = new HashSet<>();
  private final Set<String> leaderless = new HashSet<>();

  /**
   * @param self this machine's own peer URL, which is never asked
   * @param seeds peer URLs to ask besides those of the cluster
   */
  SyncOrder(String self, List<String> seeds) {
    this.self = self;
    this.seeds = List.copyOf(seeds);
  }

  /** The peer URLs to ask now. */
  List<String> of(List<MachineView> cluster) {
    Set<String> all = new LinkedHashSet<>();
    Stream.concat(cluster.stream().map(MachineView::peerUrl), seeds.stream())
        .filter(url -> !MachineUrl.same(url, self))
        .forEach(all::add);
    silent.retainAll(all);
    leaderless.retainAll(all);
    return Stream.concat(
            all.stream().filter(url -> !silent.contains(url)),
            all.stream().filter(silent::contains))
        .toList();
  }

  /** A peer was asked. */
  void asked(String url, boolean answered) {
    if (answered) {
      silent.remove(url);
    } else {
      silent.add(url);
    }
  }

  /**
   * A peer has answered.
   *
   * @return whether it knew no leader when it was asked before, and knows none now
   */
  boolean isStillLeaderless(String url, boolean knowsLeader) {
    if (knowsLeader) {
      leaderless.remove(url);
      return false;
    }
    return !leaderless.add(url);
  }
}
