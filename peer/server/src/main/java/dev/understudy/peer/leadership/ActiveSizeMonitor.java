package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one seat a pass while there are more peers than the active size: the least up to date peer
 * first, never the leader's own, and only while those who are left hold a quorum that is alive.
 *
 * <p>Fewer peers than seats is nothing to do here: the standbys come by themselves.
 */
public final class ActiveSizeMonitor extends OneAtATimeDuty {
  private static final Logger LOG = LoggerFactory.getLogger(ActiveSizeMonitor.class);

  private final LeaderView view;
  private final long aliveWithinMillis;

  /**
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time: a short
   *     one, since what is proposed cannot be stopped when it turns out to be dead
   */
  public ActiveSizeMonitor(LeaderView view, long intervalMillis, long aliveWithinMillis) {
    super("active size monitor", intervalMillis);
    this.view = view;
    this.aliveWithinMillis = aliveWithinMillis;
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Optional<SeatChoice> leaving =
        choice(view.status(), view.registry(), view.config(), nowMillis, aliveWithinMillis)
            .filter(SeatChoice::isFree);
    leaving.ifPresent(
        choice ->
            LOG.warn(
                "there are {}: {} loses its seat, it is the least up to date",
                choice.why(),
                view.nameOf(choice.member())));
    return leaving.map(choice -> view.removeMember(choice.member()));
  }

  /** The least up to date of the peers that are not needed, if there are too many. */
  static Optional<SeatChoice> choice(
      PeerStatus status,
      Registry registry,
      ClusterConfig config,
      long nowMillis,
      long aliveWithinMillis) {
    int peers = registry.seats().size();
    if (peers <= config.activeSize()) {
      return Optional.empty();
    }
    LiveVoters live = LiveVoters.of(status, nowMillis, aliveWithinMillis);
    String why = "%d peers for %d seats".formatted(peers, config.activeSize());
    return status.peers().entrySet().stream()
        .filter(peer -> peer.getKey() != status.member())
        .filter(peer -> ActivityMonitor.hasSeatOrVote(peer.getKey(), status, registry))
        .min(
            // Whoever is needed goes last; only then does it stand for why nobody goes.
            Comparator.comparing(
                    (Map.Entry<Long, PeerStatus.Peer> peer) ->
                        !live.hasMajorityWithout(peer.getKey()))
                .thenComparing(peer -> peer.getValue().match())
                // Without writes all are alike up to date, a dead one too.
                .thenComparing(peer -> peer.getValue().lastHeardMillis()))
        .map(
            peer ->
                new SeatChoice(
                    peer.getKey(),
                    why,
                    live.hasMajorityWithout(peer.getKey())
                        ? Optional.empty()
                        : Optional.of("those who are left would have no majority alive")));
  }
}
