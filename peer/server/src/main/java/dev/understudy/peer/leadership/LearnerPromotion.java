package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a learner a voter once it has caught up: a voter that lags would only make the quorum
 * larger without helping to reach it. One that does not catch up within the time that an understudy
 * has, see {@link SeatSwap}, loses its seat and stands by: the seat is better open to another. Its
 * time counts from when this leader first saw it.
 */
public final class LearnerPromotion extends OneAtATimeDuty {
  private static final Logger LOG = LoggerFactory.getLogger(LearnerPromotion.class);

  /**
   * How many entries behind the commit index still counts as caught up: what a busy leader commits
   * within a round trip or two.
   */
  private static final long CAUGHT_UP_WITHIN_ENTRIES = 1_000;

  private final LeaderView view;

  /** Since when each learner with a seat has been seen to lag. */
  private final Map<Long, Long> laggingSinceMillis = new HashMap<>();

  public LearnerPromotion(LeaderView view, long intervalMillis) {
    super("learner promotion", intervalMillis);
    this.view = view;
  }

  @Override
  public void start(long term, long nowMillis) {
    super.start(term, nowMillis);
    laggingSinceMillis.clear();
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    PeerStatus status = view.status();
    List<Long> seated =
        status.learners().stream()
            .filter(member -> view.registry().byMember(member).isPresent())
            .sorted()
            .toList();
    noteLagging(seated, status, nowMillis);
    Optional<Long> ready =
        seated.stream()
            .filter(member -> !laggingSinceMillis.containsKey(member))
            .filter(this::hasRecordedStart)
            .findFirst();
    return ready.isPresent()
        ? ready.map(view::promoteMember)
        : seated.stream()
            .filter(member -> lagMillis(member, nowMillis) > catchUpMillis())
            .findFirst()
            .map(member -> letGo(member, nowMillis));
  }

  private void noteLagging(List<Long> seated, PeerStatus status, long nowMillis) {
    laggingSinceMillis
        .keySet()
        .removeIf(member -> !seated.contains(member) || caughtUp(status, member));
    seated.stream()
        .filter(member -> !caughtUp(status, member))
        .forEach(member -> laggingSinceMillis.putIfAbsent(member, nowMillis));
  }

  private long lagMillis(long member, long nowMillis) {
    return nowMillis - laggingSinceMillis.getOrDefault(member, nowMillis);
  }

  private long catchUpMillis() {
    return SeatSwap.catchUpMillis(view.config());
  }

  private CompletableFuture<? extends Outcome<?>> letGo(long member, long nowMillis) {
    LOG.warn(
        "{} loses its seat and stays a standby: it has not caught up within {} ms",
        view.nameOf(member),
        lagMillis(member, nowMillis));
    return view.removeMember(member);
  }

  /** A vote of a start that is not recorded could be given again by a copy of its directory. */
  private boolean hasRecordedStart(long member) {
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
