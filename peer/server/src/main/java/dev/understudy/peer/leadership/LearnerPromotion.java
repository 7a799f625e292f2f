package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
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
  private final Census census;
  private final VainArrivals vain;
  private final long countedOnWithinMillis;

  /** Since when each learner with a seat has been seen to lag. */
  private final Map<Long, Long> laggingSinceMillis = new HashMap<>();

  /**
   * @param census knows the machines
   * @param swap knows who came in vain
   * @param countedOnWithinMillis within which a learner was heard that gets a vote: from then on a
   *     majority may not be had without it
   */
  public LearnerPromotion(
      LeaderView view,
      Census census,
      SeatSwap swap,
      long intervalMillis,
      long countedOnWithinMillis) {
    super("learner promotion", intervalMillis);
    this.view = view;
    this.census = census;
    this.vain = swap.vain();
    this.countedOnWithinMillis = countedOnWithinMillis;
  }

  @Override
  public void start(long term, long nowMillis) {
    super.start(term, nowMillis);
    laggingSinceMillis.clear();
  }

  /** Several may have come together; no one waits for an interval because of another. */
  @Override
  public boolean isHurried() {
    return isDone();
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Servers servers = census.members(nowMillis);
    List<ServerDetails> seated =
        servers.peers().stream().filter(peer -> !peer.voter() && peer.contact().isKnown()).toList();
    noteLagging(seated, servers, nowMillis);
    Optional<ServerDetails> ready =
        seated.stream()
            .filter(peer -> !laggingSinceMillis.containsKey(peer.member()))
            .filter(peer -> hasRecordedStart(peer.member()))
            .filter(peer -> peer.contact().isWithin(countedOnWithinMillis))
            .findFirst();
    return ready.isPresent()
        ? ready.map(this::promote)
        : seated.stream()
            .filter(peer -> lagMillis(peer.member(), nowMillis) > catchUpMillis())
            .filter(this::mayLetGo)
            .findFirst()
            .map(peer -> letGo(peer, nowMillis));
  }

  private void noteLagging(List<ServerDetails> seated, Servers servers, long nowMillis) {
    Set<Long> lagging =
        seated.stream()
            .filter(peer -> !caughtUp(peer, servers))
            .map(ServerDetails::member)
            .collect(Collectors.toSet());
    laggingSinceMillis.keySet().retainAll(lagging);
    lagging.forEach(member -> laggingSinceMillis.putIfAbsent(member, nowMillis));
  }

  private long lagMillis(long member, long nowMillis) {
    return nowMillis - laggingSinceMillis.getOrDefault(member, nowMillis);
  }

  private long catchUpMillis() {
    return SeatSwap.catchUpMillis(view.config());
  }

  private CompletableFuture<? extends Outcome<?>> promote(ServerDetails learner) {
    vain.arrived(learner.name());
    return view.promoteMember(learner.member());
  }

  private boolean mayLetGo(ServerDetails learner) {
    return view.autopilot().cleanupDeadServers() || isThere(learner);
  }

  private boolean isThere(ServerDetails learner) {
    return learner.contact().isAbsentWithin(view.config().removeDelayMillis());
  }

  private CompletableFuture<? extends Outcome<?>> letGo(ServerDetails learner, long nowMillis) {
    long pauseMillis =
        isThere(learner) ? vain.lagged(learner.name(), nowMillis, catchUpMillis()) : 0;
    LOG.warn(
        "{} loses its seat and stays a standby: it has not caught up within {} ms{}",
        view.nameOf(learner.member()),
        lagMillis(learner.member(), nowMillis),
        pauseMillis == 0 ? "" : "; it is offered none again for " + pauseMillis + " ms");
    return view.removeMember(learner.member());
  }

  /** A vote of a start that is not recorded could be given again by a copy of its directory. */
  private boolean hasRecordedStart(long member) {
    return view.registry()
        .byMember(member)
        .filter(seat -> !StartRecords.isDue(seat, view.processes()))
        .isPresent();
  }

  static boolean caughtUp(ServerDetails learner, Servers servers) {
    return learner.progress().replicating()
        && learner.progress().lastIndex() > 0
        && servers
            .leader()
            .map(leader -> leader.progress().lastIndex())
            .filter(
                committed -> learner.progress().lastIndex() + CAUGHT_UP_WITHIN_ENTRIES >= committed)
            .isPresent();
  }
}
