package dev.understudy.testkit.swarm;

import dev.understudy.testkit.FaultRates;
import dev.understudy.testkit.swarm.Plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Makes the plan of a failed run smaller while it still fails in the same way: fewer steps (delta
 * debugging: Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002),
 * fewer kinds of faults that happen by themselves, fewer clients, a shorter time. Same plan, same
 * result; so from a seed it always leads to the same smaller plan.
 */
final class Shrinker {
  private static final List<UnaryOperator<FaultRates>> FEWER =
      List.of(
          rates -> FaultRates.NONE,
          rates -> rates.withLostMessages(0),
          rates -> rates.withSlowMessages(0, 0),
          rates -> rates.withDuplicatedMessages(0),
          rates -> rates.withSlowWrites(0, 0));

  private final Function<Plan, RunResult> runs;
  private final String kind;
  private RunResult smallest;
  private int runsLeft;

  private Shrinker(RunResult failed, Function<Plan, RunResult> runs, int mostRuns) {
    this.runs = runs;
    this.kind = failed.kind().orElseThrow();
    this.smallest = failed;
    this.runsLeft = mostRuns;
  }

  /**
   * The smallest failure that is found.
   *
   * @param failed a run that has failed
   * @param mostRuns how many runs it may take
   */
  static RunResult shrink(RunResult failed, Function<Plan, RunResult> runs, int mostRuns) {
    return new Shrinker(failed, runs, mostRuns).shrink();
  }

  private RunResult shrink() {
    List<Step> before;
    do {
      before = smallest.plan().steps();
      dropSteps();
      dropRates();
      dropClients();
      stillFails(smallest.plan().withOrdinaryStandbys());
    } while (before.size() > smallest.plan().steps().size() && runsLeft > 0);
    return smallest;
  }

  private boolean stillFails(Plan plan) {
    if (runsLeft == 0 || plan.equals(smallest.plan())) {
      return false;
    }
    runsLeft--;
    RunResult result = runs.apply(plan);
    boolean fails = result.kind().equals(Optional.of(kind));
    if (fails) {
      smallest = result;
    }
    return fails;
  }

  /** First halves, then quarters, and so on to single steps. */
  private void dropSteps() {
    int size = smallest.plan().steps().size();
    for (int piece = (size + 1) / 2; piece > 0; piece = piece == 1 ? 0 : (piece + 1) / 2) {
      int from = 0;
      while (from < smallest.plan().steps().size()) {
        if (!stillFails(smallest.plan().withSteps(without(from, from + piece)))) {
          from += piece;
        }
      }
    }
  }

  private List<Step> without(int from, int to) {
    List<Step> steps = new ArrayList<>(smallest.plan().steps());
    steps.subList(from, Math.min(to, steps.size())).clear();
    return steps;
  }

  private void dropRates() {
    for (UnaryOperator<FaultRates> change : FEWER) {
      FaultRates rates = smallest.plan().rates();
      stillFails(smallest.plan().withRates(change.apply(rates)));
    }
  }

  private void dropClients() {
    for (int clients = 0; clients < smallest.plan().clients(); clients++) {
      if (stillFails(smallest.plan().withClients(clients))) {
        return;
      }
    }
  }
}
