package dev.understudy.testkit.swarm;

import dev.understudy.testkit.invariants.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run has come to.
 *
 * @param plan what was planned
 * @param failure what was wrong; empty when nothing was
 * @param millis how much time has passed in it
 * @param operations what its clients have done
 * @param hash alike for runs that were alike
 * @param lines what has happened, in the order of time
 */
public record RunResult(
    Plan plan,
    Optional<Throwable> failure,
    long millis,
    long operations,
    long hash,
    List<Trace.Line> lines) {
  private static final long SHOWN_MILLIS = 20_000;
  private static final int SHOWN_LINES = 250;

  /**
   * Which kind of failure it was: the property that does not hold, or the place in the code that
   * threw something else. Empty when nothing was wrong.
   */
  public Optional<String> kind() {
    return failure.map(RunResult::kindOf);
  }

  private static String kindOf(Throwable failure) {
    if (failure instanceof Violation violation) {
      return violation.property();
    }
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith("dev.understudy.")) {
        return failure.getClass().getSimpleName() + " at " + frame;
      }
    }
    return failure.getClass().getSimpleName();
  }

  /** What happened last, for people. */
  public String story() {
    List<Trace.Line> shown = new ArrayList<>(lines);
    shown.sort(Comparator.comparingLong(Trace.Line::atMillis));
    shown.removeIf(line -> line.atMillis() < millis - SHOWN_MILLIS);
    int left = Math.max(0, shown.size() - SHOWN_LINES);
    return shown.stream().skip(left).map(Trace.Line::toString).collect(Collectors.joining("\n"));
  }
}
