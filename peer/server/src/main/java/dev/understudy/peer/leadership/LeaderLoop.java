package dev.understudy.peer.leadership;

import dev.understudy.peer.driver.Agent;
import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.LatestValue.Polled;
import dev.understudy.peer.driver.LatestValue.Taken;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.Leadership.Leading;
import dev.understudy.peer.driver.ReadGate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop that acts on leadership: establishes a term, runs its duties, revokes it.
 *
 * <p>{@link #turn} does what is due at this moment, so that a thread, a test or a simulation can
 * turn it. It is for one caller at a time.
 *
 * <p>The cases of a flapping leadership follow Nomad 0.10.4: told "leading" again at a newer term,
 * leadership was lost and regained unseen, and everything of the old term is stopped before
 * anything of the new one starts; told "not leading" while not leading, it was gained and lost
 * unseen, and there is nothing to do. Both are worth a warning, since they tell of a peer that does
 * not keep up.
 */
public final class LeaderLoop implements Agent {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoop.class);

  private static final String FLAP_HINT =
      "could indicate network issues, memory paging, or high CPU load;"
          + " if it goes on, raise --raft-multiplier on all machines";

  /** What a duty may keep the loop without a warning; none should take a hundredth of it. */
  private static final long SLOW_DUTY_MILLIS = 1_000;

  /**
   * What a loop waits at most.
   *
   * @param barrierTimeoutMillis after this long without being applied, a barrier is given up and
   *     proposed anew while this peer still leads
   * @param idleMillis the longest wait for a notice when nothing else is due
   */
  public record Timing(long barrierTimeoutMillis, long idleMillis) {
    /**
     * Ten seconds: longer than any healthy disk needs for one entry, short enough to try again
     * before an operator looks.
     */
    public static final Timing DEFAULT = new Timing(10_000, 1_000);

    /** For elections that take longer: a barrier is not given up before a leader would be. */
    public static Timing forElections(long electionMillis) {
      long barrierMillis = Math.max(DEFAULT.barrierTimeoutMillis(), 2 * electionMillis);
      return new Timing(barrierMillis, DEFAULT.idleMillis());
    }

    /** A barrier that failed at once is proposed again only after this, or the loop would spin. */
    long pauseMillis() {
      return Math.max(1, barrierTimeoutMillis / 50);
    }
  }

  private final LatestValue<Leadership> notices;
  private final LongFunction<CompletableFuture<Void>> proposeBarrier;
  private final ReadGate gate;
  private final List<ScheduledDuty> duties;
  private final LongSupplier clockMillis;
  private final Timing timing;
  private final LeadershipMetrics metrics;

  private Phase phase = new Idle();

  /** Where the loop stands; each phase holds only what it needs. */
  private sealed interface Phase {}

  private record Idle() implements Phase {}

  private record Establishing(
      long term, long sinceMillis, CompletableFuture<Void> barrier, long proposedMillis)
      implements Phase {}

  private record Established(long term) implements Phase {}

  /**
   * @param notices where the driver says whether it leads
   * @param proposeBarrier proposes an empty entry in the given term; the future completes once it
   *     is applied here and fails when that is certain not to happen. Must not block.
   * @param gate opened once a term is established
   * @param duties what a leader does, in the order in which they start
   * @param clockMillis monotonic time in milliseconds
   */
  public LeaderLoop(
      LatestValue<Leadership> notices,
      LongFunction<CompletableFuture<Void>> proposeBarrier,
      ReadGate gate,
      List<Duty> duties,
      LongSupplier clockMillis,
      Timing timing,
      LeadershipMetrics metrics) {
    this.notices = notices;
    this.proposeBarrier = proposeBarrier;
    this.gate = gate;
    this.duties =
        duties.stream().map(duty -> new ScheduledDuty(duty, clockMillis, metrics)).toList();
    this.clockMillis = clockMillis;
    this.timing = timing;
    this.metrics = metrics;
    duties.forEach(duty -> duty.wakeBy(notices::nudge));
  }

  /**
   * Does what is to do now.
   *
   * @return false once the source of notices has closed and everything is stopped
   */
  @Override
  public boolean turn() {
    Taken<Leadership> taken = notices.take();
    if (taken.polled() == Polled.CLOSED) {
      stop();
      return false;
    }
    taken.value().ifPresent(this::onNotice);
    if (phase instanceof Establishing establishing) {
      continueEstablishing(establishing);
    }
    if (phase instanceof Established established) {
      passDuties(established.term());
    }
    return true;
  }

  /** Waits for a notice, at most until something is due. */
  @Override
  public void await() throws InterruptedException {
    notices.await(millisUntilDue());
  }

  /** Stops whatever runs; for the end of the loop. Idempotent. */
  @Override
  public void stop() {
    revoke();
  }

  private void onNotice(Leadership notice) {
    metrics.noticed();
    if (notice instanceof Leading leading) {
      if (!(phase instanceof Idle)) {
        LOG.warn("cluster leadership lost and gained leadership immediately; {}", FLAP_HINT);
        metrics.restarted();
        revoke();
      }
      establish(leading.term(), clockMillis.getAsLong());
    } else if (phase instanceof Idle) {
      LOG.warn("cluster leadership gained and lost leadership immediately; {}", FLAP_HINT);
    } else {
      revoke();
    }
  }

  private void establish(long term, long sinceMillis) {
    long now = clockMillis.getAsLong();
    CompletableFuture<Void> barrier = proposeBarrier.apply(term);
    phase = new Establishing(term, sinceMillis, barrier, now);
    // Only wakes the loop; what came of the barrier is read in the loop's own turn.
    barrier.whenComplete((applied, failure) -> notices.nudge());
  }

  private void continueEstablishing(Establishing at) {
    long now = clockMillis.getAsLong();
    if (now >= retryAtMillis(at)) {
      retryBarrier(at);
    } else if (at.barrier().isDone() && !at.barrier().isCompletedExceptionally()) {
      startDuties(at);
    }
  }

  private long retryAtMillis(Establishing at) {
    if (!at.barrier().isDone()) {
      return at.proposedMillis() + timing.barrierTimeoutMillis();
    }
    return at.barrier().isCompletedExceptionally()
        ? at.proposedMillis() + timing.pauseMillis()
        : Long.MAX_VALUE;
  }

  private void retryBarrier(Establishing at) {
    at.barrier().cancel(false);
    metrics.barrierRetried();
    LOG.info("barrier of term {} not applied, proposing it again", at.term());
    establish(at.term(), at.sinceMillis());
  }

  /** The gate comes last, and stays shut when the term has ended while the duties started. */
  private void startDuties(Establishing at) {
    phase = new Established(at.term());
    duties.forEach(duty -> duty.start(at.term()));
    if (gate.open(at.term())) {
      long tookMillis = clockMillis.getAsLong() - at.sinceMillis();
      metrics.established(tookMillis);
      LOG.info("leadership of term {} established after {} ms", at.term(), tookMillis);
    }
  }

  /**
   * The gate knows first when a term has ended; no pass begins after that, even if the notice is
   * still on its way.
   */
  private void passDuties(long term) {
    for (ScheduledDuty duty : duties) {
      if (gate.leads(term)) {
        duty.passIfDue();
      }
    }
  }

  private void revoke() {
    if (phase instanceof Establishing establishing) {
      establishing.barrier().cancel(false);
    }
    if (phase instanceof Established) {
      for (int i = duties.size() - 1; i >= 0; i--) {
        duties.get(i).stop();
      }
      metrics.revoked();
    }
    phase = new Idle();
  }

  private long millisUntilDue() {
    long now = clockMillis.getAsLong();
    if (phase instanceof Establishing establishing) {
      return Math.max(1, Math.min(timing.idleMillis(), retryAtMillis(establishing) - now));
    }
    long wait = timing.idleMillis();
    if (phase instanceof Established) {
      for (ScheduledDuty duty : duties) {
        wait = Math.min(wait, duty.dueMillis - now);
      }
    }
    return Math.max(1, wait);
  }

  /** A duty, when it is due next, and a fence around what it throws. */
  private static final class ScheduledDuty {
    private final Duty duty;
    private final LongSupplier clockMillis;
    private final LeadershipMetrics metrics;
    private long dueMillis;
    private boolean started;

    ScheduledDuty(Duty duty, LongSupplier clockMillis, LeadershipMetrics metrics) {
      this.duty = duty;
      this.clockMillis = clockMillis;
      this.metrics = metrics;
    }

    void start(long term) {
      long now = clockMillis.getAsLong();
      dueMillis = now + duty.intervalMillis();
      started = true;
      fenced("start", () -> duty.start(term, now));
    }

    void passIfDue() {
      long now = clockMillis.getAsLong();
      if (now >= dueMillis || duty.isHurried()) {
        dueMillis = now + duty.intervalMillis();
        fenced("pass", () -> duty.pass(now));
      }
    }

    /**
     * Only what was started is stopped: a bug in one start leaves the later ones without theirs.
     */
    void stop() {
      if (started) {
        started = false;
        fenced("stop", duty::stop);
      }
    }

    private void fenced(String what, Runnable work) {
      long sinceMillis = clockMillis.getAsLong();
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error(
            "leader's duty '{}' failed in {}; it goes on at its next pass", duty.name(), what, e);
      }
      long tookMillis = clockMillis.getAsLong() - sinceMillis;
      metrics.dutyTook(tookMillis);
      if (tookMillis > SLOW_DUTY_MILLIS) {
        LOG.warn(
            "leader's duty '{}' kept the leader loop for {} ms in {}; this machine may be out of"
                + " memory or of processor time",
            duty.name(),
            tookMillis,
            what);
      }
    }
  }
}
