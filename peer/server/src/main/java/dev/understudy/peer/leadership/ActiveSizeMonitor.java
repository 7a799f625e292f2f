package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.Outcome;
import java.util.Comparator;
import java.util.List;
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
  private final Census census;
  private final long aliveWithinMillis;

  /**
   * @param census knows the machines
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time: a short
   *     one, since what is proposed cannot be stopped when it turns out to be dead
   */
  public ActiveSizeMonitor(
      LeaderView view, Census census, long intervalMillis, long aliveWithinMillis) {
    super("active size monitor", intervalMillis);
    this.view = view;
    this.census = census;
    this.aliveWithinMillis = aliveWithinMillis;
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Optional<SeatChoice> leaving =
        choice(census.members(nowMillis), view.config(), aliveWithinMillis)
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
      Servers servers, ClusterConfig config, long aliveWithinMillis) {
    List<ServerDetails> peers = servers.peers();
    if (peers.size() <= config.activeSize()) {
      return Optional.empty();
    }
    LiveVoters live = LiveVoters.of(servers, aliveWithinMillis);
    String why = "%d peers for %d seats".formatted(peers.size(), config.activeSize());
    return peers.stream()
        .filter(peer -> !peer.leader() && peer.contact().isKnown())
        .min(
            // Whoever is needed goes last; only then does it stand for why nobody goes.
            Comparator.comparing((ServerDetails peer) -> !live.hasMajorityWithout(peer.member()))
                .thenComparing(peer -> peer.progress().lastIndex())
                // Without writes all are alike up to date, a dead one too.
                .thenComparing(peer -> -peer.contact().silentMillis()))
        .map(
            peer ->
                new SeatChoice(
                    peer.member(),
                    why,
                    live.hasMajorityWithout(peer.member())
                        ? Optional.empty()
                        : Optional.of("those who are left would have no majority alive")));
  }
}
