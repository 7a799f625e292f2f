package dev.understudy.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whether the indexes that clients were told are in the order of time, over all keys: the store
 * counts its changes, so nobody may be told of an older state than somebody was who had his answer
 * before he called. A history in which the indexes are so and each state is the one of its index is
 * linearizable across keys.
 *
 * <p>A read without a quorum may be older, but not than what the same process showed before.
 */
final class IndexCheck {
  private IndexCheck() {}

  /** What was told out of order. */
  static List<String> check(List<RecordedOperation> operations) {
    List<RecordedOperation> answered =
        operations.stream().filter(operation -> operation.outcome().stateIndex() != 0).toList();
    List<String> complaints =
        new ArrayList<>(outOfOrder(answered, operation -> !isLocal(operation), "is stale"));
    Map<Answering, List<RecordedOperation>> local = new HashMap<>();
    answered.stream()
        .filter(IndexCheck::isLocal)
        .forEach(read -> local.computeIfAbsent(read.by(), process -> new ArrayList<>()).add(read));
    local
        .values()
        .forEach(reads -> complaints.addAll(outOfOrder(reads, read -> true, "goes back")));
    return complaints;
  }

  private static boolean isLocal(RecordedOperation operation) {
    return operation.call() instanceof Call.Read read && !read.quorum();
  }

  private static List<String> outOfOrder(
      List<RecordedOperation> operations, Predicate<RecordedOperation> bound, String wrong) {
    List<RecordedOperation> byResponse = new ArrayList<>(operations);
    byResponse.sort(Comparator.comparingLong(RecordedOperation::responded));
    List<String> complaints = new ArrayList<>();
    int over = 0;
    RecordedOperation newest = null;
    for (RecordedOperation operation : operations) {
      while (byResponse.get(over).precedes(operation)) {
        newest = newer(newest, byResponse.get(over));
        over++;
      }
      if (newest != null && bound.test(operation) && isBehind(operation, newest)) {
        complaints.add(operation + "\n  " + wrong + " after " + newest);
      }
    }
    return complaints;
  }

  private static RecordedOperation newer(RecordedOperation one, RecordedOperation other) {
    return one == null || one.outcome().stateIndex() < other.outcome().stateIndex() ? other : one;
  }

  /** A write makes a state of its own; everything else may tell of the same. */
  private static boolean isBehind(RecordedOperation operation, RecordedOperation earlier) {
    long index = operation.outcome().stateIndex();
    long bound = earlier.outcome().stateIndex();
    boolean makes =
        operation.outcome() instanceof Outcome.Written
            || operation.outcome() instanceof Outcome.Entered;
    return makes ? index <= bound : index < bound;
  }
}
