package dev.understudy.testkit.swarm;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * Runs client code against simulated clusters in which a random choice of faults happens, one
 * cluster for each seed. From a test:
 *
 * <pre>{@code
 * @Test
 * void myClientLosesNothing() {
 *   Swarm.of(MyWorkload::new).run(1, 100);
 * }
 * }</pre>
 *
 * <p>A seed that fails ends it with an {@link AssertionError} that names the seed, what happened
 * last, and the smallest plan found that still fails in the same way. The properties {@code
 * understudy.simulation.seed} (one seed), {@code understudy.simulation.seeds} (how many) and {@code
 * understudy.simulation.firstSeed} say otherwise than the test what to run, and {@code
 * understudy.simulation.shrink} how many runs may be spent on a smaller plan.
 *
 * <p>Seeds run on all processors at the same time, each in one thread.
 */
public final class Swarm {
  private static final String ONE = "understudy.simulation.seed";
  private static final String COUNT = "understudy.simulation.seeds";
  private static final String FIRST = "understudy.simulation.firstSeed";

  private static final String SHRINK = "understudy.simulation.shrink";
  private static final int MOST_RUNS_TO_SHRINK = 80;

  private final Workload.Factory clients;

  private Swarm(Workload.Factory clients) {
    this.clients = clients;
  }

  /** Runs of such clients. */
  public static Swarm of(Workload.Factory clients) {
    return new Swarm(clients);
  }

  /**
   * What many runs have come to.
   *
   * @param seeds how many
   * @param millis how much time has passed in them together
   * @param operations what their clients have done
   */
  public record Summary(long seeds, long millis, long operations) {
    private static final Summary NONE = new Summary(0, 0, 0);

    private static Summary of(RunResult result) {
      return new Summary(1, result.millis(), result.operations());
    }

    private Summary plus(Summary other) {
      return new Summary(seeds + other.seeds, millis + other.millis, operations + other.operations);
    }
  }

  /** The plan that a seed stands for. */
  public static Plan plan(long seed) {
    return SwarmDraw.plan(seed);
  }

  /** Runs one plan, whatever comes of it. */
  public RunResult run(Plan plan) {
    return PlanRun.of(plan, clients);
  }

  /**
   * Runs so many seeds, unless the properties say otherwise.
   *
   * @throws AssertionError if one fails; it is the first that does
   */
  public Summary run(long firstSeed, long count) {
    Optional<Long> one = Optional.ofNullable(Long.getLong(ONE));
    long first = one.orElse(Long.getLong(FIRST, firstSeed));
    long end = one.isPresent() ? first + 1 : first + Long.getLong(COUNT, count);
    AtomicLong next = new AtomicLong(first);
    AtomicReference<RunResult> failed = new AtomicReference<>();
    Summary sum =
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .parallel()
            .mapToObj(processor -> runSeeds(next, end, failed))
            .reduce(Summary.NONE, Summary::plus);
    if (failed.get() != null) {
      throw new AssertionError(report(failed.get()), failed.get().failure().orElseThrow());
    }
    return sum;
  }

  /**
   * Takes one seed after the other, as others do at the same time, until one has failed. By then
   * all earlier ones have been taken too, and are run to their ends.
   */
  private Summary runSeeds(AtomicLong next, long end, AtomicReference<RunResult> failed) {
    Summary sum = Summary.NONE;
    while (failed.get() == null) {
      long seed = next.getAndIncrement();
      if (seed >= end) {
        break;
      }
      RunResult result = run(plan(seed));
      if (result.failure().isPresent()) {
        failed.accumulateAndGet(result, Swarm::earlier);
      }
      sum = sum.plus(Summary.of(result));
    }
    return sum;
  }

  private static RunResult earlier(RunResult one, RunResult other) {
    return one == null || other.plan().seed() < one.plan().seed() ? other : one;
  }

  private String report(RunResult failed) {
    RunResult smallest =
        Shrinker.shrink(failed, this::run, Integer.getInteger(SHRINK, MOST_RUNS_TO_SHRINK));
    return """
    seed %d fails; again with -D%s=%d
    %s

    the plan was
    %s

    this fails in the same way:
    %s

    and in it:
    %s
    """
        .formatted(
            failed.plan().seed(),
            ONE,
            failed.plan().seed(),
            failed.failure().orElseThrow(),
            failed.plan(),
            smallest.plan(),
            smallest.story());
  }
}
