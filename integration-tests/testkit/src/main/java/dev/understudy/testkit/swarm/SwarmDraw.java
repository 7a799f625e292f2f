package dev.understudy.testkit.swarm;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.standby.StandbyMode;
import dev.understudy.testkit.FaultRates;
import dev.understudy.testkit.swarm.Plan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Draws a plan from a seed. Each has some kinds of faults on and the others off: what hides behind
 * a fault that is always there shows when it is not (Groce et al., "Swarm testing", 2012).
 */
final class SwarmDraw {
  private static final int MOST_STEPS_OF_A_KIND = 4;
  private static final long LEAST_FAULTY_MILLIS = 25_000;
  private static final int MORE_FAULTY_MILLIS = 35_000;

  private static final Set<FaultKind> LATER =
      EnumSet.of(
          FaultKind.POWER_LOSS_AT_A_VOTE,
          FaultKind.DEATHS,
          FaultKind.SETTINGS,
          FaultKind.STANDBY_MODES);

  private static final long OTHER_SOURCE = 0x5851f42d4c957f2dL;

  private final SplittableRandom random;
  private final long seed;

  private SwarmDraw(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
  }

  /** The plan of a seed. */
  static Plan plan(long seed) {
    return new SwarmDraw(seed).draw();
  }

  private Plan draw() {
    int machines = 3 + random.nextInt(4);
    int seats = machines >= 5 && happens(30) ? 5 : 3;
    ClusterConfig config = new ClusterConfig(seats, 2 + random.nextInt(7), 1);
    Set<FaultKind> kinds = kinds();
    long faultyMillis = LEAST_FAULTY_MILLIS + random.nextInt(MORE_FAULTY_MILLIS);
    List<Step> steps = new ArrayList<>();
    for (FaultKind kind : kinds) {
      int count = 1 + random.nextInt(MOST_STEPS_OF_A_KIND);
      for (int i = 0; i < count; i++) {
        addStep(kind, faultyMillis, steps);
      }
    }
    addLater(kinds, faultyMillis, steps);
    steps.sort(Comparator.comparingLong(Step::atMillis));
    int clients = 2 + random.nextInt(4);
    FaultRates rates = rates(kinds);
    return new Plan(
        seed, machines, config, standbyModes(kinds), kinds, rates, clients, faultyMillis, steps);
  }

  /** Out of sources of their own, so that seeds without them stay what they were before. */
  private void addLater(Set<FaultKind> kinds, long faultyMillis, List<Step> steps) {
    for (FaultKind kind : LATER) {
      SplittableRandom other = new SplittableRandom(seed ^ OTHER_SOURCE * (1 + kind.ordinal()));
      if (other.nextInt(100) < percent(kind)) {
        kinds.add(kind);
        int count = 1 + other.nextInt(MOST_STEPS_OF_A_KIND);
        for (int i = 0; i < count; i++) {
          addLater(kind, other, faultyMillis, steps);
        }
      }
    }
  }

  private static int percent(FaultKind kind) {
    return kind == FaultKind.POWER_LOSS_AT_A_VOTE ? 30 : 15;
  }

  private static void addLater(
      FaultKind kind, SplittableRandom other, long faultyMillis, List<Step> steps) {
    Action action =
        switch (kind) {
          case POWER_LOSS_AT_A_VOTE -> new LossAtAVote(other.nextInt(6), 1 + other.nextInt(5_000));
          case DEATHS ->
              new Deaths(other.nextInt(10), 2 + other.nextInt(3), 15_000 + other.nextInt(15_000));
          case SETTINGS -> setting(other);
          default -> null;
        };
    if (action != null) {
      steps.add(new Step(other.nextLong(faultyMillis), action));
    }
  }

  private static Action setting(SplittableRandom other) {
    Who who = new Who(Who.Role.PEER, other.nextInt(100));
    return switch (other.nextInt(4)) {
      case 0 ->
          new OperatorAction(
              OperatorAction.Kind.AUTOPILOT,
              who,
              "{\"CleanupDeadServers\":" + other.nextBoolean() + "}");
      case 1 ->
          new OperatorAction(
              OperatorAction.Kind.AUTOPILOT, who, "{\"MinQuorum\":" + other.nextInt(5) + "}");
      case 2 ->
          new OperatorAction(
              OperatorAction.Kind.AUTOPILOT,
              who,
              "{\"ServerStabilizationTime\":\"" + other.nextInt(6) + "s\"}");
      default ->
          new OperatorAction(
              OperatorAction.Kind.SCHEDULER,
              who,
              "{\"SchedulerAlgorithm\":\"%s\",\"PreemptionConfig\":{\"BatchSchedulerEnabled\":%s}}"
                  .formatted(other.nextBoolean() ? "spread" : "binpack", other.nextBoolean()));
    };
  }

  /** A mode for each machine that there may ever be, counted around. */
  private List<StandbyMode> standbyModes(Set<FaultKind> kinds) {
    if (!kinds.contains(FaultKind.STANDBY_MODES)) {
      return List.of(StandbyMode.REDIRECT);
    }
    SplittableRandom other = new SplittableRandom(seed ^ OTHER_SOURCE);
    StandbyMode[] modes = StandbyMode.values();
    return Stream.generate(() -> modes[other.nextInt(modes.length)]).limit(7).toList();
  }

  private boolean happens(int percent) {
    return random.nextInt(100) < percent;
  }

  /** From few to many: how likely each kind is to be on is drawn first. */
  private Set<FaultKind> kinds() {
    int percent = 10 + random.nextInt(50);
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (FaultKind kind : FaultKind.values()) {
      if (!LATER.contains(kind) && happens(percent)) {
        kinds.add(kind);
      }
    }
    // Of two copies of a directory that begin while nobody runs, nobody can tell the right one.
    if (kinds.contains(FaultKind.CLONE) || kinds.contains(FaultKind.SET_BACK)) {
      kinds.remove(FaultKind.BLACKOUT);
    }
    return kinds;
  }

  private FaultRates rates(Set<FaultKind> kinds) {
    FaultRates rates = FaultRates.NONE;
    if (kinds.contains(FaultKind.LOST_MESSAGES)) {
      rates = rates.withLostMessages(5 + random.nextInt(60));
    }
    if (kinds.contains(FaultKind.SLOW_MESSAGES)) {
      rates = rates.withSlowMessages(10 + random.nextInt(200), 50 + random.nextInt(800));
    }
    if (kinds.contains(FaultKind.DOUBLED_MESSAGES)) {
      rates = rates.withDuplicatedMessages(10 + random.nextInt(100));
    }
    if (kinds.contains(FaultKind.SLOW_DISK)) {
      rates = rates.withSlowWrites(10 + random.nextInt(100), 100 + random.nextInt(1_500));
    }
    return rates;
  }

  private void addStep(FaultKind kind, long faultyMillis, List<Step> steps) {
    Action action = action(kind);
    if (action != null) {
      steps.add(new Step(random.nextLong(faultyMillis), action));
    }
  }

  /** What happens for a kind; null for those that happen by themselves. */
  private Action action(FaultKind kind) {
    return switch (kind) {
      case LOST_MESSAGES, SLOW_MESSAGES, DOUBLED_MESSAGES, SLOW_DISK -> null;
      case POWER_LOSS_AT_A_VOTE, DEATHS, SETTINGS, STANDBY_MODES ->
          throw new IllegalArgumentException(kind + " is drawn later");
      case PARTITION ->
          new Partition(Partition.Shape.APART, machine(), 1 + random.nextInt(2), some(12_000));
      case ONE_WAY ->
          new Partition(
              random.nextBoolean() ? Partition.Shape.MUTE : Partition.Shape.DEAF,
              machine(),
              1,
              some(12_000));
      case RING -> new Partition(Partition.Shape.RING, machine(), 1, some(12_000));
      case LEADER_ALONE -> new Partition(Partition.Shape.APART, leader(), 1, some(12_000));
      case POWER_LOSS -> process(ProcessFault.Kind.POWER_LOSS);
      case KILL -> process(ProcessFault.Kind.KILL);
      case STOP ->
          process(random.nextBoolean() ? ProcessFault.Kind.STOP : ProcessFault.Kind.RETIRE);
      case PAUSE -> new ProcessFault(ProcessFault.Kind.PAUSE, machine(), some(6_000));
      case POWER_LOSS_AT_OPERATION ->
          disk(
              random.nextBoolean() ? DiskFault.Kind.CRASH_BEFORE : DiskFault.Kind.CRASH_AFTER,
              1 + random.nextInt(40));
      case FAILED_SYNCS -> disk(DiskFault.Kind.FAILED_SYNCS, 0);
      case TORN_WRITES -> disk(DiskFault.Kind.TORN_WRITES, 0);
      case FULL_DISK -> disk(DiskFault.Kind.FULL, random.nextInt(20_000));
      case FLIPPED_BIT -> damage(DiskFault.Kind.FLIPPED_BIT);
      case STRAY_SECTOR ->
          damage(
              random.nextBoolean()
                  ? DiskFault.Kind.LOST_SECTOR
                  : DiskFault.Kind.MISDIRECTED_SECTOR);
      case BLACKOUT -> new Blackout(some(5_000), random.nextInt(500));
      case SET_BACK -> new DirectoryFault(DirectoryFault.Kind.SET_BACK, peer(), some(10_000));
      case CLONE -> new DirectoryFault(DirectoryFault.Kind.CLONE, peer(), some(10_000));
      case WIPE -> new DirectoryFault(DirectoryFault.Kind.WIPE, machine(), 0);
      case CLOCK_JUMP ->
          new ClockFault(
              ClockFault.Kind.JUMP, machine(), random.nextInt(-60_000, 60_000), some(20_000));
      case CLOCK_DRIFT ->
          new ClockFault(
              ClockFault.Kind.WALL_RATE, machine(), random.nextInt(500, 2_000), some(20_000));
      case CLOCK_STOP -> new ClockFault(ClockFault.Kind.WALL_RATE, machine(), 0, some(20_000));
      case TIMER_DRIFT ->
          new ClockFault(
              ClockFault.Kind.TIMER_RATE, machine(), random.nextInt(800, 1_250), some(20_000));
      case STRANGER ->
          new Stranger(peer(), random.nextBoolean(), 5 + random.nextInt(40), random.nextLong());
      case REMOVAL -> new OperatorAction(OperatorAction.Kind.REMOVE, peer(), "");
      case JOIN -> new OperatorAction(OperatorAction.Kind.JOIN, machine(), "");
      case CONFIG -> new OperatorAction(OperatorAction.Kind.CONFIG, machine(), change());
      case HAND_OVER -> new OperatorAction(OperatorAction.Kind.HAND_OVER, leader(), "");
    };
  }

  private ProcessFault process(ProcessFault.Kind kind) {
    return new ProcessFault(kind, machine(), some(15_000));
  }

  private DiskFault disk(DiskFault.Kind kind, int number) {
    return new DiskFault(kind, machine(), number, some(10_000));
  }

  /** The machine is started again at once, or goes on with it for a while. */
  private DiskFault damage(DiskFault.Kind kind) {
    int goesOnMillis = random.nextBoolean() ? 0 : random.nextInt(8_000);
    return new DiskFault(kind, peer(), goesOnMillis, some(10_000));
  }

  private String change() {
    return switch (random.nextInt(3)) {
      case 0 -> "{\"activeSize\":" + (3 + random.nextInt(3)) + "}";
      case 1 -> "{\"removeDelay\":" + (2 + random.nextInt(8)) + "}";
      default -> "{\"syncInterval\":" + (1 + random.nextInt(2)) + "}";
    };
  }

  /** A duration that is short more often than long. */
  private long some(int mostMillis) {
    return 1L + random.nextInt(1 + random.nextInt(mostMillis));
  }

  private Who machine() {
    return happens(30) ? leader() : new Who(Who.Role.ANY, random.nextInt(100));
  }

  private Who peer() {
    return happens(30) ? leader() : new Who(Who.Role.PEER, random.nextInt(100));
  }

  private static Who leader() {
    return new Who(Who.Role.LEADER, 0);
  }
}
