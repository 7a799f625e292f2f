package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.understudy.clusterconfig.waits.Waits;
import dev.understudy.peer.driver.AgentRunner;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.Leadership.Leading;
import dev.understudy.peer.driver.Leadership.NotLeading;
import dev.understudy.peer.driver.ReadGate;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Leadership that flaps while a loop on a thread of its own is slow, blocked in its log, or meets
 * duties that throw. More seeds: {@code -Dunderstudy.flaps.seeds=20000}.
 */
@Timeout(120)
class LeadershipFlapsTest {
  private static final long SEEDS = Long.getLong("understudy.flaps.seeds", 2_000);

  /** A publisher that waits for its consumer would wait for seconds; a busy machine takes less. */
  private static final long NEVER_BLOCKED_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ExecutorService barriers = Executors.newSingleThreadExecutor();
  private final Logger logger = (Logger) LoggerFactory.getLogger(LeaderLoop.class);
  private Level usualLevel;
  private long longestPublishNanos;

  /** Thousands of failures on purpose are nothing to read. */
  @BeforeEach
  void hush() {
    usualLevel = logger.getLevel();
    logger.setLevel(Level.OFF);
  }

  @AfterEach
  void end() {
    logger.setLevel(usualLevel);
    barriers.shutdownNow();
  }

  @Test
  void theLastValueWinsWhateverTheFlapsAndHoweverSlowTheLoop() throws InterruptedException {
    long flaps = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      flaps += flap(new SplittableRandom(seed), "seed " + seed);
    }
    System.err.printf(
        "flaps: %d in %d sequences, longest publish %d us%n",
        flaps, SEEDS, TimeUnit.NANOSECONDS.toMicros(longestPublishNanos));
    assertThat(longestPublishNanos).as("the publisher was blocked").isLessThan(NEVER_BLOCKED_NANOS);
  }

  private long flap(SplittableRandom random, String seed) throws InterruptedException {
    World world = new World(random.split());
    int flaps = random.nextInt(1, 40);
    boolean leads = false;
    for (int i = 0; i < flaps; i++) {
      leads = random.nextBoolean();
      world.say(leads);
      if (random.nextInt(4) == 0) {
        LockSupport.parkNanos(random.nextInt(100_000));
      }
    }
    world.settlesAt(leads, seed);
    world.ends(seed);
    return flaps;
  }

  @Test
  void aLoopThatIsBlockedInItsLogHoldsUpNobodyAndHearsTheLastValue() throws InterruptedException {
    BlockingAppender appender = new BlockingAppender();
    appender.start();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(appender);
    try {
      World world = new World(new SplittableRandom(1));
      world.say(true);
      assertThat(appender.entered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
      for (int i = 0; i < 100_000; i++) {
        world.say(i % 3 != 0);
        assertThat(world.gate.isOpen()).as("open although the term has only begun").isFalse();
      }
      assertThat(longestPublishNanos).isLessThan(NEVER_BLOCKED_NANOS);
      world.say(true);
      appender.release.countDown();
      world.settlesAt(true, "after the log went on");
      assertThat(world.metrics.notices()).as("flaps seen").isLessThan(10);
      assertThat(world.metrics.restarts()).isEqualTo(1);
      world.ends("blocked log");
    } finally {
      appender.release.countDown();
      logger.detachAppender(appender);
      logger.setAdditive(true);
    }
  }

  @Test
  void aBugInTheLoopIsToldAndStopsTheDuties() throws InterruptedException {
    World world = new World(new SplittableRandom(2));
    world.say(true);
    world.settlesAt(true, "before");
    world.duty.bug = true;
    Waits.await().atMost(PATIENCE).until(() -> world.failure.get() != null);
    assertThat(world.thread.stop(PATIENCE)).isTrue();
    assertThat(world.duty.term).isZero();
  }

  /** What blocks until it is let go, as a full pipe behind standard error does. */
  private static final class BlockingAppender extends AppenderBase<ILoggingEvent> {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    protected void append(ILoggingEvent event) {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A loop on its thread, and a driver that says what it is told to. */
  private final class World {
    final LatestValue<Leadership> notices = new LatestValue<>();
    final ReadGate gate = new ReadGate(Runnable::run, World::nowMillis);
    final LeadershipMetrics metrics = new LeadershipMetrics();
    final AtomicReference<Throwable> failure = new AtomicReference<>();
    final MoodyDuty duty;
    final AgentRunner thread;
    private long term;

    World(SplittableRandom random) {
      duty = new MoodyDuty(random);
      boolean slowBarriers = random.nextBoolean();
      LeaderLoop loop =
          new LeaderLoop(
              notices,
              ledTerm -> slowBarriers ? later() : CompletableFuture.completedFuture(null),
              gate,
              List.of(duty),
              World::nowMillis,
              new LeaderLoop.Timing(1_000, 5),
              metrics);
      thread =
          new AgentRunner(
              loop,
              Thread::new,
              "leader-loop-under-test",
              new DutyCycleTracker(),
              System::nanoTime,
              failure::set);
      thread.start();
    }

    private CompletableFuture<Void> later() {
      return CompletableFuture.runAsync(() -> LockSupport.parkNanos(50_000), barriers);
    }

    private static long nowMillis() {
      return System.nanoTime() / 1_000_000;
    }

    /** As the driver does it: the gate first. */
    void say(boolean leads) {
      term++;
      long begun = System.nanoTime();
      if (leads) {
        gate.leading(term);
        notices.publish(new Leading(term));
      } else {
        gate.notLeading();
        notices.publish(new NotLeading());
      }
      longestPublishNanos = Math.max(longestPublishNanos, System.nanoTime() - begun);
    }

    void settlesAt(boolean leads, String as) {
      Waits.await(as)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .atMost(PATIENCE)
          .until(() -> gate.isOpen() == leads && duty.term == (leads ? term : 0));
    }

    void ends(String as) throws InterruptedException {
      notices.close();
      assertThat(thread.stop(PATIENCE)).as(as).isTrue();
      assertThat(duty.term).as(as).isZero();
      assertThat(duty.starts).as(as).isEqualTo(duty.stops);
      assertThat(duty.wrong).as(as).hasValue(0);
      assertThat(failure.get()).as(as).isNull();
    }
  }

  /** Slow now and then, throws now and then, and counts what must never happen. */
  private static final class MoodyDuty implements Duty {
    final AtomicInteger wrong = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    final SplittableRandom random;
    volatile long term;
    volatile boolean bug;
    int starts;
    int stops;

    MoodyDuty(SplittableRandom random) {
      this.random = random;
    }

    @Override
    public String name() {
      return "moody";
    }

    @Override
    public long intervalMillis() {
      return 1;
    }

    @Override
    public void start(long newTerm, long nowMillis) {
      alone(
          () -> {
            expect(term == 0);
            term = newTerm;
            starts++;
          });
    }

    @Override
    public void pass(long nowMillis) {
      if (bug) {
        throw new AssertionError("a bug, on purpose");
      }
      alone(() -> expect(term != 0));
    }

    @Override
    public void stop() {
      alone(
          () -> {
            expect(term != 0);
            term = 0;
            stops++;
          });
    }

    private void alone(Runnable work) {
      expect(inside.incrementAndGet() == 1);
      try {
        work.run();
        if (random.nextInt(3) == 0) {
          LockSupport.parkNanos(random.nextInt(300_000));
        }
      } finally {
        inside.decrementAndGet();
      }
      if (random.nextInt(5) == 0) {
        throw new IllegalStateException("on purpose");
      }
    }

    private void expect(boolean right) {
      if (!right) {
        wrong.incrementAndGet();
      }
    }
  }
}
