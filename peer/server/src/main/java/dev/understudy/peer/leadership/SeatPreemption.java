package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.peer.driver.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets standbys take the seats of living peers of lower seat priority, where the scheduler's config
 * says so. It only decides who takes whose seat; the standby comes and is swapped in as for a dead
 * peer, see {@link SeatSwap}, which goes first.
 *
 * <p>A change of any seat, and the beginning of a leadership, is followed by a minute in which
 * nothing is decided: so there is one such change in a minute at most. A decision that has not come
 * to anything after two minutes, or would not be taken again, is dropped. Nobody takes a seat back,
 * since it takes a higher priority by a margin, and that of a machine stays what it is. A leader
 * that is to lose its seat hands leadership over first, and the next one decides anew.
 */
public final class SeatPreemption extends OneAtATimeDuty {
  private static final Logger LOG = LoggerFactory.getLogger(SeatPreemption.class);

  private static final long INTERVAL_MILLIS = 1_000;

  /** Between two of these changes at least. */
  static final long PAUSE_MILLIS = 60_000;

  /** Beyond, the standby has not come, or cannot catch up. */
  private static final long PATIENCE_MILLIS = 120_000;

  private final LeaderView view;
  private final Census census;
  private final SeatSwap swap;
  private volatile Optional<Preemption> decided = Optional.empty();
  private long decidedMillis;
  private long changedMillis;
  private Map<String, Long> seats = Map.of();

  /**
   * @param census knows the machines
   * @param swap brings in whoever is to take a seat
   */
  public SeatPreemption(LeaderView view, Census census, SeatSwap swap) {
    super("reconcile", INTERVAL_MILLIS);
    this.view = view;
    this.census = census;
    this.swap = swap;
    swap.preemption(() -> decided);
  }

  @Override
  public void start(long term, long nowMillis) {
    super.start(term, nowMillis);
    decided = Optional.empty();
    seats = seats(nowMillis);
    changedMillis = nowMillis;
  }

  @Override
  public void stop() {
    super.stop();
    decided = Optional.empty();
  }

  private Map<String, Long> seats(long nowMillis) {
    return census.members(nowMillis).peers().stream()
        .collect(Collectors.toUnmodifiableMap(ServerDetails::name, ServerDetails::member));
  }

  @Override
  Optional<? extends CompletableFuture<? extends Outcome<?>>> next(long nowMillis) {
    Map<String, Long> now = seats(nowMillis);
    if (!now.equals(seats)) {
      seats = now;
      changedMillis = nowMillis;
      decided = Optional.empty();
    }
    if (decided.isPresent()) {
      dropIfVain(decided.get(), nowMillis);
      return Optional.empty();
    }
    return nowMillis - changedMillis < PAUSE_MILLIS ? Optional.empty() : decide(nowMillis);
  }

  private void dropIfVain(Preemption preemption, long nowMillis) {
    if (nowMillis - decidedMillis > PATIENCE_MILLIS
        || !preemption.holds(census.all(), view.scheduler())) {
      LOG.info("{} does not take the seat of {}", preemption.standby(), preemption.peer());
      noteIfVain(preemption, nowMillis);
      decided = Optional.empty();
      changedMillis = nowMillis;
    }
  }

  /** One that did not even come must not stand in the way of others for ever. */
  private void noteIfVain(Preemption preemption, long nowMillis) {
    if (nowMillis - decidedMillis > PATIENCE_MILLIS
        && swap.vain().pauseMillis(preemption.standby(), nowMillis) == 0) {
      swap.vain().absent(preemption.standby(), nowMillis, SeatSwap.catchUpMillis(view.config()));
    }
  }

  private Optional<CompletableFuture<? extends Outcome<?>>> decide(long nowMillis) {
    Optional<Preemption> next =
        Preemption.next(
            census.all(),
            view.config().activeSize(),
            view.scheduler(),
            name -> swap.vain().pauseMillis(name, nowMillis) > 0);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    LOG.info(
        "{}, of class {}, is to take the seat of {}, whose seat priority is lower",
        next.get().standby(),
        next.get().of().word(),
        next.get().peer());
    changedMillis = nowMillis;
    if (next.get().leads()) {
      return view.handOver().map(handed -> handed);
    }
    decidedMillis = nowMillis;
    decided = next;
    return Optional.empty();
  }
}
