package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.understudy.api.BackendFailure;
import dev.understudy.clusterconfig.waits.Waits;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.store.Operation;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * The deadlock that Nomad had (nomad#4749), on real threads: leadership flaps while establishing it
 * waits for the log and asks for the config, or is stuck in its own log line. There the consensus
 * thread waited for the leader loop, which waited for consensus; here the driver goes on.
 */
@Timeout(90)
class FlappingDriverTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int FLAPS = 300;

  /** A driver that waits for the leader loop does so for seconds; a busy machine takes less. */
  private static final long NEVER_BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.understudy.peer");
  private final Logger loopLogger =
      (Logger) LoggerFactory.getLogger("dev.understudy.peer.leadership");
  private final Logger driverLogger =
      (Logger) LoggerFactory.getLogger("dev.understudy.peer.driver");
  private final Level[] usual = new Level[3];
  private final Random random = new Random(4749);

  @BeforeEach
  void hush() {
    usual[0] = logger.getLevel();
    usual[1] = loopLogger.getLevel();
    usual[2] = driverLogger.getLevel();
    loopLogger.setLevel(Level.OFF);
  }

  @AfterEach
  void unhush() {
    logger.setLevel(usual[0]);
    loopLogger.setLevel(usual[1]);
    driverLogger.setLevel(usual[2]);
  }

  @Test
  void servesOnWhenLeadershipFlapsWhileEstablishingWaitsForItsBarrierAndAsksForTheConfig()
      throws Exception {
    AskingDuty asking = new AskingDuty();
    try (LonePeer peer = new LonePeer(asking)) {
      asking.peer = peer;
      for (int i = 0; i < FLAPS; i++) {
        peer.elect();
        // Now and then, the flap comes while the barrier waits for followers who hold it back.
        peer.holdAppends(random.nextInt(3) == 0);
        if (random.nextInt(3) == 0) {
          Waits.await().atMost(PATIENCE).until(() -> peer.gate.holdsBack() || peer.gate.isOpen());
        }
        peer.depose();
      }
      peer.holdAppends(false);
      serves(peer);
      System.err.printf(
          "flapping driver: %d flaps, %d established, %d restarts, %d passes asked, "
              + "longest turn %d us of %d%n",
          FLAPS,
          peer.metrics.establishedTerms(),
          peer.metrics.restarts(),
          asking.asked.get(),
          TimeUnit.NANOSECONDS.toMicros(peer.turnTimes().longestNanos()),
          peer.turnTimes().turns());
      assertThat(asking.asked).hasPositiveValue();
      assertThat(peer.turnTimes().longestNanos()).isLessThan(NEVER_BLOCKED_NANOS);
    }
  }

  @Test
  void aLeaderLoopStuckInItsLogHoldsUpNeitherConsensusNorTheClosingOfTheGate() throws Exception {
    StuckAppender appender = new StuckAppender("leader-");
    appender.start();
    loopLogger.setLevel(Level.INFO);
    driverLogger.setLevel(Level.INFO);
    logger.addAppender(appender);
    try (LonePeer peer = new LonePeer(new AskingDuty())) {
      peer.elect();
      assertThat(appender.entered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 50; i++) {
        peer.depose();
        assertThat(peer.gate.isOpen()).isFalse();
        peer.elect();
      }
      Outcome<?> written = peer.write("stuck", PATIENCE);
      assertThat(written).as("consensus goes on").isInstanceOf(Outcome.Done.class);
      assertThat(peer.gate.isOpen()).as("no term was established meanwhile").isFalse();
      assertThat(peer.turnTimes().longestNanos()).isLessThan(NEVER_BLOCKED_NANOS);
      appender.release.countDown();
      serves(peer);
    } finally {
      appender.release.countDown();
      logger.detachAppender(appender);
    }
  }

  @Test
  void aReadThatWaitsAtTheGateOutlivesAChangeOfLeadership() throws Exception {
    try (LonePeer peer = new LonePeer(new AskingDuty())) {
      peer.holdAppends(true);
      peer.elect();
      CompletableFuture<Void> read = peer.backend.linearizable();
      peer.depose();
      peer.elect();
      assertThat(read).as("answered before the barrier of a term").isNotDone();
      peer.holdAppends(false);
      read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(peer.gate.isOpen()).isTrue();
      assertThat(peer.gate.waits()).isPositive();
    }
  }

  /** It passed the gate as a follower's, and is confirmed by a leader that is not established. */
  @Test
  void aReadThatBeganAtAFollowerIsNotAnsweredByALeaderBeforeItsGateOpens() throws Exception {
    StuckDuty stuck = new StuckDuty();
    try (LonePeer peer = new LonePeer(stuck)) {
      CompletableFuture<Void> read = peer.backend.linearizable();
      peer.elect();
      // Later ones are confirmed no sooner, and by the same quorum.
      Outcome<Long> later = peer.driver.confirmRead().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(later).isInstanceOf(Outcome.Done.class);
      assertThat(peer.gate.holdsBack()).isTrue();
      assertThat(read).isNotDone();
      stuck.release.countDown();
      read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(peer.gate.isOpen()).isTrue();
    } finally {
      stuck.release.countDown();
    }
  }

  @Test
  void aReadThatWaitsAtTheGateIsRefusedAtItsDeadline() throws Exception {
    try (LonePeer peer = new LonePeer(new AskingDuty(), Duration.ofMillis(200))) {
      peer.holdAppends(true);
      peer.elect();
      CompletableFuture<Void> read = peer.backend.linearizable();
      assertThatThrownBy(() -> read.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .hasCauseInstanceOf(BackendFailure.NotApplied.class);
    }
  }

  private static void serves(LonePeer peer) throws Exception {
    peer.elect();
    Waits.await("the last term is established").atMost(PATIENCE).until(() -> peer.gate.isOpen());
    assertThat(peer.write("last", PATIENCE)).isInstanceOf(Outcome.Done.class);
    peer.backend.linearizable().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(peer.failures).isEmpty();
  }

  /** Keeps every term from being established until it is released. */
  private static final class StuckDuty implements Duty {
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    public String name() {
      return "stuck";
    }

    @Override
    public long intervalMillis() {
      return 1_000;
    }

    @Override
    public void start(long term, long nowMillis) {
      try {
        assertThat(release.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void pass(long nowMillis) {}

    @Override
    public void stop() {}
  }

  /** Does in its start what made Nomad stand still: it waits for consensus, with a deadline. */
  private static final class AskingDuty implements Duty {
    final AtomicLong asked = new AtomicLong();
    volatile LonePeer peer;

    @Override
    public String name() {
      return "asking";
    }

    @Override
    public long intervalMillis() {
      return 5;
    }

    @Override
    public void start(long term, long nowMillis) {
      ask();
    }

    @Override
    public void pass(long nowMillis) {
      ask();
    }

    @Override
    public void stop() {}

    private void ask() {
      if (peer == null) {
        return;
      }
      assertThat(peer.machine.config().activeSize()).isPositive();
      DriverProxy driver = peer.driver;
      try {
        driver
            .propose(
                new WriteKey(new Operation.Set("/asked", false, "x", OptionalLong.empty(), false)))
            .get(20, TimeUnit.MILLISECONDS);
        asked.incrementAndGet();
      } catch (TimeoutException e) {
        asked.incrementAndGet();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Blocks one kind of thread until it is let go. */
  private static final class StuckAppender extends AppenderBase<ILoggingEvent> {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    private final String threads;

    StuckAppender(String threads) {
      this.threads = threads;
    }

    /** Not under the appender's lock, or every logger of the process would stand still. */
    @Override
    public void doAppend(ILoggingEvent event) {
      append(event);
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getThreadName().startsWith(threads)) {
        entered.countDown();
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
