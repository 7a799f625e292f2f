package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Linearization.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether quorum reads and writes of each key can be explained by an order in which every operation
 * has its moment between its invocation and its response (M. Herlihy and J. Wing, 1990). A write
 * with an unknown outcome may have its moment at any time after its invocation, or never.
 *
 * <p>Keys are checked one by one: a history is linearizable if it is so for each object (the same
 * paper; A. Horn and D. Kroening, "Faster linearizability checking via P-compositionality", 2015).
 * What the common index of the store says across keys is for {@link IndexCheck}.
 */
public final class LinearizabilityCheck {
  /** Some tens of megabytes. */
  private static final long USUAL_LIMIT = 200_000;

  private final long limit;

  /** A check that takes some tens of megabytes at most. */
  public LinearizabilityCheck() {
    this(USUAL_LIMIT);
  }

  /**
   * @param limit how many configurations a search may remember before it gives up
   */
  public LinearizabilityCheck(long limit) {
    this.limit = limit;
  }

  /** One verdict for each key, in the order of the keys. */
  public Map<String, Verdict> check(List<RecordedOperation> history) {
    Map<String, List<RecordedOperation>> byKey = new TreeMap<>();
    for (RecordedOperation operation : history) {
      byKey.computeIfAbsent(operation.call().key(), key -> new ArrayList<>()).add(operation);
    }
    Map<String, Verdict> verdicts = new TreeMap<>();
    byKey.forEach((key, operations) -> verdicts.put(key, checkKey(operations)));
    return verdicts;
  }

  private Verdict checkKey(List<RecordedOperation> operations) {
    Result result = search(operations).result();
    if (result == Result.FOUND) {
      return new Verdict.Linearizable();
    }
    return result == Result.GAVE_UP
        ? new Verdict.Undecided("after " + limit + " configurations")
        : new Verdict.NotLinearizable(explain(operations));
  }

  /** What a search found. */
  private record Found(Result result, Linearization search) {}

  private Found search(List<RecordedOperation> operations) {
    Linearization search = new Linearization(Steps.of(operations), limit);
    return new Found(search.search(), search);
  }

  /**
   * The history up to one response more than can be explained. A longer beginning is never easier
   * to explain than a shorter one, so the first that cannot be is found by halving.
   */
  private String explain(List<RecordedOperation> operations) {
    long[] responses =
        operations.stream()
            .filter(operation -> operation.outcome().definite())
            .mapToLong(RecordedOperation::responded)
            .sorted()
            .toArray();
    int explained = 0;
    int unexplained = responses.length;
    while (unexplained - explained > 1) {
      int middle = (explained + unexplained) / 2;
      if (search(Beginning.of(operations, responses[middle - 1])).result() == Result.NONE) {
        unexplained = middle;
      } else {
        explained = middle;
      }
    }
    long last = responses[unexplained - 1];
    Linearization before = search(Beginning.of(operations, last - 1)).search();
    return Beginning.tell(operations, last, before);
  }
}
