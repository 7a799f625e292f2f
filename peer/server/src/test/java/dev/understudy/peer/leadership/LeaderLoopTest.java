package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.Leadership.Leading;
import dev.understudy.peer.driver.Leadership.NotLeading;
import dev.understudy.peer.driver.ReadGate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Turns the loop by hand, in virtual time. */
class LeaderLoopTest {
  private final World world = new World();

  @Test
  void establishesATermOnlyAfterItsBarrier() throws InterruptedException {
    world.lead(3);
    world.turn();
    assertThat(world.duty.running()).isFalse();
    assertThat(world.gate.isOpen()).isFalse();

    world.barriers.get(0).complete(null);
    world.turn();
    assertThat(world.duty.term).isEqualTo(3);
    assertThat(world.gate.isOpen()).isTrue();
  }

  @Test
  void stopsDutiesWhenLeadershipEnds() throws InterruptedException {
    world.establish(3);
    world.follow();
    assertThat(world.gate.isOpen()).as("closed before the loop has looked").isFalse();
    world.turn();
    assertThat(world.duty.running()).isFalse();
  }

  @Test
  void proposesTheBarrierAgainWhenItIsNotAppliedInTime() throws InterruptedException {
    world.lead(3);
    world.turn();
    world.now += LeaderLoop.Timing.DEFAULT.barrierTimeoutMillis();
    world.turn();
    assertThat(world.barriers).hasSize(2);

    world.barriers.get(1).complete(null);
    world.turn();
    assertThat(world.duty.term).isEqualTo(3);
  }

  @Test
  void aBarrierThatHasFailedEstablishesNothing() throws InterruptedException {
    world.lead(3);
    world.turn();
    world.barriers.get(0).completeExceptionally(new IllegalStateException("lost"));
    world.turn();
    assertThat(world.duty.running()).isFalse();
    assertThat(world.gate.isOpen()).isFalse();

    world.now += LeaderLoop.Timing.DEFAULT.barrierTimeoutMillis();
    world.turn();
    world.barriers.get(1).complete(null);
    world.turn();
    assertThat(world.duty.term).isEqualTo(3);
    assertThat(world.gate.isOpen()).isTrue();
  }

  /** The driver tells the gate first, and the loop may be a moment behind. */
  @Test
  void noPassBeginsOnceTheGateKnowsThatTheTermIsOver() throws InterruptedException {
    world.establish(3);
    world.now += 1_000;
    world.gate.notLeading();
    world.turn();
    assertThat(world.duty.passes).isZero();
    world.gate.leading(4);
    world.turn();
    assertThat(world.duty.passes).as("in the name of another term").isZero();
  }

  @Test
  void aDutyThatIsHurriedPassesBeforeItsIntervalIsOver() throws InterruptedException {
    world.establish(3);
    world.turn();
    assertThat(world.duty.passes).isZero();
    world.duty.hurried = true;
    world.turn();
    assertThat(world.duty.passes).isEqualTo(1);
    world.duty.hurried = false;
    world.turn();
    assertThat(world.duty.passes).isEqualTo(1);
  }

  @Test
  void doesNotSpinWhenBarriersFailAtOnce() throws InterruptedException {
    world.lead(3);
    for (int i = 0; i < 100; i++) {
      world.barriers.forEach(b -> b.completeExceptionally(new IllegalStateException("lost")));
      world.turn();
    }
    assertThat(world.barriers).hasSize(1);
  }

  @Test
  void servesOnWhenLeadershipFlapsWhileTheBarrierIsUnderWay() throws InterruptedException {
    world.lead(3);
    world.turn();
    world.follow();
    world.lead(5);
    world.turn();
    world.barriers.get(0).complete(null);
    world.turn();
    assertThat(world.duty.running()).as("an old term's barrier means nothing").isFalse();

    world.barriers.get(1).complete(null);
    world.turn();
    assertThat(world.duty.term).isEqualTo(5);
  }

  @Test
  void stopsTheOldTermBeforeTheNewOneWhenALossWasMissed() throws InterruptedException {
    world.establish(3);
    world.follow();
    world.establish(4);
    assertThat(world.duty.history).containsExactly("start 3", "stop 3", "start 4");
    assertThat(world.metrics.restarts()).isEqualTo(1);
  }

  @Test
  void doesNothingWhenLeadershipWasGainedAndLostUnseen() throws InterruptedException {
    world.lead(3);
    world.follow();
    world.turn();
    assertThat(world.barriers).isEmpty();
    assertThat(world.duty.history).isEmpty();
  }

  @Test
  void aDutyThatFailsDoesNotDisturbTheOthers() throws InterruptedException {
    world.failing.fails = true;
    world.establish(3);
    world.now += 1_000;
    world.turn();
    assertThat(world.failing.passes).isEqualTo(1);
    assertThat(world.duty.passes).isEqualTo(1);
    assertThat(world.gate.isOpen()).isTrue();
  }

  @Test
  void stopsEverythingWhenTheSourceCloses() throws InterruptedException {
    world.establish(3);
    world.notices.close();
    assertThat(world.loop.turn()).isFalse();
    assertThat(world.duty.running()).isFalse();
  }

  @Test
  void dutiesRunIfAndOnlyIfLeadingWhateverTheFlaps() throws InterruptedException {
    for (long seed = 0; seed < 5_000; seed++) {
      flap(seed);
    }
  }

  private static void flap(long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World();
    long term = 0;
    boolean leads = false;
    int steps = random.nextInt(1, 60);
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(5)) {
        case 0 -> {
          term += random.nextInt(1, 3);
          world.lead(term);
          leads = true;
        }
        case 1 -> {
          world.follow();
          leads = false;
        }
        case 2 -> world.now += random.nextInt(2_000);
        case 3 -> world.completeABarrier(random);
        default -> world.turn();
      }
      assertThat(world.gate.isOpen() && !leads).as("seed %d: open without a lead", seed).isFalse();
    }
    for (int i = 0; i < 3; i++) {
      world.now += LeaderLoop.Timing.DEFAULT.barrierTimeoutMillis();
      world.turn();
      world.barriers.forEach(barrier -> barrier.complete(null));
    }
    world.turn();
    assertThat(world.duty.running()).as("seed %d", seed).isEqualTo(leads);
    assertThat(world.gate.isOpen()).as("seed %d", seed).isEqualTo(leads);
    if (leads) {
      assertThat(world.duty.term).as("seed %d", seed).isEqualTo(term);
    }
    world.duty.startsAndStopsAlternate(seed);
  }

  /** A loop and everything around it. */
  private static final class World {
    final LatestValue<Leadership> notices = new LatestValue<>();
    final ReadGate gate = new ReadGate(Runnable::run, this::nowMillis);
    final List<CompletableFuture<Void>> barriers = new ArrayList<>();
    final RecordingDuty failing = new RecordingDuty();
    final RecordingDuty duty = new RecordingDuty();
    final LeadershipMetrics metrics = new LeadershipMetrics();
    long now = 1_000_000;

    private long nowMillis() {
      return now;
    }

    final LeaderLoop loop =
        new LeaderLoop(
            notices,
            term -> {
              CompletableFuture<Void> barrier = new CompletableFuture<>();
              barriers.add(barrier);
              return barrier;
            },
            gate,
            List.of(failing, duty),
            () -> now,
            LeaderLoop.Timing.DEFAULT,
            metrics);

    void lead(long term) {
      gate.leading(term);
      notices.publish(new Leading(term));
    }

    void follow() {
      gate.notLeading();
      notices.publish(new NotLeading());
    }

    void turn() {
      assertThat(loop.turn()).isTrue();
    }

    void establish(long term) throws InterruptedException {
      lead(term);
      turn();
      barriers.get(barriers.size() - 1).complete(null);
      turn();
    }

    void completeABarrier(SplittableRandom random) {
      if (!barriers.isEmpty()) {
        CompletableFuture<Void> barrier = barriers.get(random.nextInt(barriers.size()));
        if (random.nextBoolean()) {
          barrier.complete(null);
        } else {
          barrier.completeExceptionally(new IllegalStateException("lost"));
        }
      }
    }
  }

  private static final class RecordingDuty implements Duty {
    final List<String> history = new ArrayList<>();
    long term;
    int passes;
    boolean fails;
    boolean hurried;

    boolean running() {
      return term != 0;
    }

    void startsAndStopsAlternate(long seed) {
      for (int i = 0; i < history.size(); i++) {
        assertThat(history.get(i)).as("seed %d", seed).startsWith(i % 2 == 0 ? "start" : "stop");
      }
    }

    @Override
    public String name() {
      return "recording";
    }

    @Override
    public boolean isHurried() {
      return hurried;
    }

    @Override
    public long intervalMillis() {
      return 1_000;
    }

    @Override
    public void start(long newTerm, long nowMillis) {
      term = newTerm;
      history.add("start " + newTerm);
    }

    @Override
    public void pass(long nowMillis) {
      passes++;
      if (fails) {
        throw new IllegalStateException("on purpose");
      }
    }

    @Override
    public void stop() {
      history.add("stop " + term);
      term = 0;
    }
  }
}
