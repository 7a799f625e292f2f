package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry;
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
 * has, see {@link SeatSwap}, loses its seat and stands by: the seat is better open to another, and
 * for a while, longer each time, it is not offered to the same again. Its time counts from when
 * this leader first saw it. One that is silent for longer than the remove delay is a dead server,
 * and keeps its seat where the seats of those are not to be cleaned up.
 */
public final class LearnerPromotion extends OneAtATimeDuty {
  private static final Logger LOG = LoggerFactory.getLogger(LearnerPromotion.class);

  /**
   * How many entries behind the commit index still counts as caught up: what a busy leader commits
   * within a round trip or two.
   */
  private static final long CAUGHT_UP_WITHIN_ENTRIES = 1_000;

  private final LeaderView view;
  private final VainArrivals vain;
  private final long countedOnWithinMillis;

  /** Since when each learner with a seat has been seen to lag. */
  private final Map<Long, Long> laggingSinceMillis = new HashMap<>();

  /**
   * @param swap knows who came in vain
   * @param countedOnWithinMillis within which a learner was heard that gets a vote: from then on a
   *     majority may not be had without it
   */
  public LearnerPromotion(
      LeaderView view, SeatSwap swap, long intervalMillis, long countedOnWithinMillis) {
    super("learner promotion", intervalMillis);
    this.view = view;
    this.vain = swap.vain();
    this.countedOnWithinMillis = countedOnWithinMillis;
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
            .filter(member -> status.heardWithin(member, nowMillis, countedOnWithinMillis))
            .findFirst();
    return ready.isPresent()
        ? ready.map(this::promote)
        : seated.stream()
            .filter(member -> lagMillis(member, nowMillis) > catchUpMillis())
            .filter(member -> mayLetGo(member, status, nowMillis))
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

  private CompletableFuture<? extends Outcome<?>> promote(long member) {
    machineOf(member).ifPresent(vain::arrived);
    return view.promoteMember(member);
  }

  private Optional<String> machineOf(long member) {
    return view.registry().byMember(member).map(Registry.Seat::name);
  }

  private boolean mayLetGo(long member, PeerStatus status, long nowMillis) {
    return view.autopilot().cleanupDeadServers() || isThere(member, status, nowMillis);
  }

  private boolean isThere(long member, PeerStatus status, long nowMillis) {
    return status.heardWithin(member, nowMillis, view.config().removeDelayMillis());
  }

  private CompletableFuture<? extends Outcome<?>> letGo(long member, long nowMillis) {
    long pauseMillis =
        isThere(member, view.status(), nowMillis)
            ? machineOf(member)
                .map(name -> vain.lagged(name, nowMillis, catchUpMillis()))
                .orElse(0L)
            : 0;
    LOG.warn(
        "{} loses its seat and stays a standby: it has not caught up within {} ms{}",
        view.nameOf(member),
        lagMillis(member, nowMillis),
        pauseMillis == 0 ? "" : "; it is offered none again for " + pauseMillis + " ms");
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
