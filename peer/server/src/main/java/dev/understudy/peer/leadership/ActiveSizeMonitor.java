package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.machine.Applied;
import java.util.Comparator;
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

  private static final Logger log = LoggerFactory.getLogger(ActiveSizeMonitor.class);

  private final LeaderView view;
  private final long aliveWithinMillis;

  /**
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   */
  public ActiveSizeMonitor(LeaderView view, long intervalMillis, long aliveWithinMillis) {
    super("active size monitor", intervalMillis);
    this.view = view;
    this.aliveWithinMillis = aliveWithinMillis;
  }

  @Override
  Optional<CompletableFuture<Outcome<Applied>>> next(long nowMillis) {
    int activeSize = view.config().activeSize();
    int peers = view.registry().seats().size();
    if (peers <= activeSize) {
      return Optional.empty();
    }
    PeerStatus status = view.status();
    LiveVoters live = LiveVoters.of(status, nowMillis, aliveWithinMillis);
    Optional<Long> leaving =
        status.peers().entrySet().stream()
            .filter(peer -> peer.getKey() != status.member())
            .filter(peer -> live.hasMajorityWithout(peer.getKey()))
            .min(Comparator.comparingLong(peer -> peer.getValue().match()))
            .map(peer -> peer.getKey());
    leaving.ifPresent(
        member ->
            log.info(
                "{} peers for {} seats; taking the seat of {}",
                peers,
                activeSize,
                Long.toHexString(member)));
    return leaving.map(view::removeMember);
  }
}
