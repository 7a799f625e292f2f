package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.MachineIdentity;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.statemachine.Registry.Seat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an operator why a peer has had no leader for long: when it finds no majority of the voters
 * where they should be, it says what is there in their place, and what can be done. For the mode
 * loop; nothing here waits.
 */
final class LostMajority {
  private static final Logger LOG = LoggerFactory.getLogger(LostMajority.class);
  private static final long ASK_TIMEOUT_MILLIS = 1_500;

  private final String name;
  private final PeerServer peer;
  private final ClusterClient client;
  private final Executor loop;
  private final LeaderlessWarnings warnings;
  private boolean asking;

  /**
   * @param name of this machine
   * @param peer running
   * @param clockMillis monotonic
   */
  LostMajority(
      String name, PeerServer peer, ClusterClient client, Executor loop, LongSupplier clockMillis) {
    this.name = name;
    this.peer = peer;
    this.client = client;
    this.loop = loop;
    this.warnings = new LeaderlessWarnings(clockMillis);
  }

  /**
   * Does what is due.
   *
   * @param inTouch whether the peer has heard of its leader, or a leader of its quorum, lately
   */
  void turn(RecoveredIdentity now, boolean inTouch) {
    if (inTouch) {
      warnings.leaderSeen();
    } else if (!asking && warnings.pollDue()) {
      ask(now);
    }
  }

  /** A voter, and what is wrong with it; empty when it is there. */
  private record Finding(long member, String absence) {}

  private void ask(RecoveredIdentity now) {
    long self = now.identity().memberId();
    Set<Long> voters = peer.voters();
    if (!voters.contains(self)) {
      return; // it is not this one's to say
    }
    asking = true;
    List<CompletableFuture<Finding>> findings =
        voters.stream().filter(voter -> voter != self).map(voter -> find(voter, now)).toList();
    CompletableFuture.allOf(findings.toArray(CompletableFuture[]::new))
        .whenCompleteAsync(
            (done, bug) -> {
              asking = false;
              if (bug == null) {
                report(findings.stream().map(CompletableFuture::join).toList());
              }
            },
            loop);
  }

  private CompletableFuture<Finding> find(long voter, RecoveredIdentity now) {
    Optional<Seat> seat = now.registry().byMember(voter);
    if (seat.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Finding(voter, "member " + HexId.text(voter) + " has no address"));
    }
    return client
        .identity(seat.get().peerUrl(), ASK_TIMEOUT_MILLIS)
        .thenApply(answer -> new Finding(voter, absence(seat.get(), now, answer)));
  }

  private static String absence(
      Seat seat, RecoveredIdentity now, ClusterResponse<MachineIdentity> answer) {
    String who = seat.name() + " (" + HexId.text(seat.member()) + ") at " + seat.peerUrl();
    Optional<MachineIdentity> there = answer.granted();
    if (there.isEmpty()) {
      return who + " does not answer";
    }
    long cluster = there.get().clusterId();
    if (cluster != 0 && cluster != now.identity().clusterId()) {
      return who + " belongs to cluster " + HexId.text(cluster) + " now";
    }
    if (there.get().mode() == MachineIdentity.Mode.STANDBY) {
      return who + " stands by, as its data are not what it had acknowledged";
    }
    return there.get().memberId() == seat.member() ? "" : who + " has lost its data";
  }

  private void report(List<Finding> findings) {
    List<String> absences = new ArrayList<>();
    findings.stream()
        .map(Finding::absence)
        .filter(absence -> !absence.isEmpty())
        .forEach(absences::add);
    int voters = findings.size() + 1;
    int there = voters - absences.size();
    if (there <= voters / 2) {
      LOG.warn(
          "{}: no leader for {} s, as only {} of {} voters can be found: {}. Bring the others back"
              + " with their newest data; if these are lost, stop all and begin anew with the log"
              + " of a machine that is still a peer: snapshot save --data-dir, then snapshot"
              + " restore (see \"When a majority is lost\" in docs/operations.md)",
          name,
          warnings.seconds(),
          there,
          voters,
          String.join("; ", absences));
    }
  }
}
