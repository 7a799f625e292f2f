package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Makes a learner a voter once it has caught up: a voter that lags would only make the quorum
 * larger without helping to reach it.
 */
public final class LearnerPromotion extends OneAtATimeDuty {
  /**
   * How many entries behind the commit index still counts as caught up: what a busy leader commits
   * within a round trip or two.
   */
  private static final long CAUGHT_UP_WITHIN_ENTRIES = 1_000;

  private final LeaderView view;

  public LearnerPromotion(LeaderView view, long intervalMillis) {
    super("learner promotion", intervalMillis);
    this.view = view;
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    PeerStatus status = view.status();
    return status.learners().stream()
        .filter(this::hasRecordedSeat)
        .filter(member -> caughtUp(status, member))
        .findFirst()
        .map(view::promoteMember);
  }

  /** A vote of a start that is not recorded could be given again by a copy of its directory. */
  private boolean hasRecordedSeat(long member) {
    return view.registry()
        .byMember(member)
        .filter(seat -> !StartRecords.isDue(seat, view.processes()))
        .isPresent();
  }

  static boolean caughtUp(PeerStatus status, long member) {
    PeerStatus.Peer peer = status.peers().get(member);
    return peer != null
        && peer.replicating()
        && peer.match() > 0
        && peer.match() + CAUGHT_UP_WITHIN_ENTRIES >= status.commit();
  }
}
