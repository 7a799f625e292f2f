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
 * Takes the seat of a peer that has been silent for longer than the remove delay.
 *
 * <p>The rule an operator can remember: one at a time, only while a majority of the voters is
 * alive, and never below {@code activeSize / 2 + 1} live voters. Silence counts from the later of
 * the peer's last message and the moment this leader took over.
 */
public final class ActivityMonitor extends OneAtATimeDuty {

  private static final Logger log = LoggerFactory.getLogger(ActivityMonitor.class);

  private final LeaderView view;
  private final long aliveWithinMillis;

  /**
   * @param aliveWithinMillis a peer counts as alive when it was heard within this time
   */
  public ActivityMonitor(LeaderView view, long intervalMillis, long aliveWithinMillis) {
    super("activity monitor", intervalMillis);
    this.view = view;
    this.aliveWithinMillis = aliveWithinMillis;
  }

  @Override
  Optional<CompletableFuture<Outcome<Applied>>> next(long nowMillis) {
    PeerStatus status = view.status();
    Optional<Long> silent = longestSilent(status, nowMillis);
    if (silent.isEmpty() || !mayRemove(status, silent.get(), nowMillis)) {
      return Optional.empty();
    }
    long member = silent.get();
    log.info(
        "peer {} was silent for {} ms, longer than the remove delay; taking its seat",
        Long.toHexString(member),
        nowMillis - status.peers().get(member).lastHeardMillis());
    return Optional.of(view.removeMember(member));
  }

  private Optional<Long> longestSilent(PeerStatus status, long nowMillis) {
    long removeDelayMillis = view.config().removeDelayMillis();
    return status.peers().entrySet().stream()
        .filter(peer -> peer.getKey() != status.member())
        .filter(peer -> nowMillis - peer.getValue().lastHeardMillis() > removeDelayMillis)
        .min(Comparator.comparingLong(peer -> peer.getValue().lastHeardMillis()))
        .map(peer -> peer.getKey());
  }

  private boolean mayRemove(PeerStatus status, long member, long nowMillis) {
    LiveVoters live = LiveVoters.of(status, nowMillis, aliveWithinMillis);
    if (!live.hasMajority()) {
      return false;
    }
    // A silent learner votes for nothing, so its seat costs no vote.
    return !status.voters().contains(member) || live.count() >= view.config().activeSize() / 2 + 1;
  }
}
