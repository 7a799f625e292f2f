package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Call.CompareAndDelete;
import dev.understudy.testkit.history.Call.CompareAndSwap;
import dev.understudy.testkit.history.Call.Create;
import dev.understudy.testkit.history.Call.CreateInOrder;
import dev.understudy.testkit.history.Call.Delete;
import dev.understudy.testkit.history.Call.Expected;
import dev.understudy.testkit.history.Call.Read;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Shown;
import dev.understudy.testkit.history.Outcome.Written;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What of one key's operations must or may have its moment in an order: definite ones and writes
 * with an unknown outcome. Such a write whose value nobody else writes and somebody has seen was
 * done, and its index is known.
 */
final class Steps {
  private final List<Step> all;
  private final Set<String> seenValues;
  private final Set<String> expectedValues = new HashSet<>();
  private final Set<Long> knownIndexes = new HashSet<>();
  private final boolean blindToIndexes;

  /**
   * @param operations on one key, in the order of their invocations
   */
  static Steps of(List<RecordedOperation> operations) {
    return new Steps(operations);
  }

  private Steps(List<RecordedOperation> operations) {
    Map<String, Integer> writers = new HashMap<>();
    Map<String, Long> seen = new HashMap<>();
    for (RecordedOperation operation : operations) {
      operation.call().written().ifPresent(value -> writers.merge(value, 1, Integer::sum));
      nodesSeen(operation.outcome()).forEach(node -> seen.putIfAbsent(node.value(), node.index()));
    }
    seenValues = seen.keySet();
    all =
        operations.stream()
            .filter(Steps::counts)
            .map(operation -> new Step(operation, attributed(operation, writers, seen)))
            .toList();
    all.forEach(step -> knownIndexes.add(step.writtenIndex()));
    knownIndexes.addAll(seen.values());
    all.forEach(step -> expected(step).flatMap(Expected::value).ifPresent(expectedValues::add));
    blindToIndexes = all.stream().allMatch(this::expectsKnownIndex);
  }

  private static boolean counts(RecordedOperation operation) {
    if (operation.call() instanceof Read read) {
      return read.quorum() && operation.outcome().definite();
    }
    return !(operation.outcome() instanceof Outcome.Failed)
        && !(operation.call() instanceof CreateInOrder);
  }

  /** The nodes that somebody saw. */
  static Stream<Node> nodesSeen(Outcome outcome) {
    if (outcome instanceof Shown shown) {
      return Stream.of(shown.node());
    }
    return outcome instanceof Written written ? written.before().stream() : Stream.empty();
  }

  private static long attributed(
      RecordedOperation operation, Map<String, Integer> writers, Map<String, Long> seen) {
    Optional<String> written = operation.call().written();
    return operation.outcome() instanceof Outcome.Unknown
            && written.isPresent()
            && writers.get(written.get()) == 1
        ? seen.getOrDefault(written.get(), 0L)
        : 0;
  }

  private static Optional<Expected> expected(Step step) {
    Call call = step.operation().call();
    if (call instanceof CompareAndSwap swap) {
      return Optional.of(swap.expected());
    }
    return call instanceof CompareAndDelete delete
        ? Optional.of(delete.expected())
        : Optional.empty();
  }

  /**
   * Whether a step whose outcome is unknown, and that somebody may notice, expects no index or one
   * that somebody has seen.
   */
  private boolean expectsKnownIndex(Step step) {
    long index = expected(step).map(Expected::index).orElse(0L);
    return index == 0
        || step.operation().outcome().definite()
        || isUnnoticed(step)
        || knownIndexes.contains(index);
  }

  List<Step> required() {
    return all.stream().filter(Step::required).toList();
  }

  List<Step> optional() {
    return all.stream().filter(step -> !step.required()).toList();
  }

  /**
   * Which of the optional steps are as good as one another, but for when they were called; empty
   * for one like which there is no other.
   */
  Optional<String> kind(Step optional) {
    Call call = optional.operation().call();
    if (call instanceof Delete) {
      return Optional.of("delete");
    }
    String lifetime = call.ttlMillis().isPresent() ? "mortal " : "";
    return isBlind(optional) ? blindKind(call).map(kind -> lifetime + kind) : Optional.empty();
  }

  private static Optional<String> blindKind(Call call) {
    if (call instanceof Call.Set) {
      return Optional.of("set");
    } else if (call instanceof Create) {
      return Optional.of("create");
    }
    return call instanceof CompareAndSwap swap
        ? Optional.of("swap " + swap.expected())
        : Optional.empty();
  }

  /**
   * Whether this optional step can serve only one that was refused because there was another key,
   * and that right behind it: whatever else comes next either contradicts it or undoes it.
   */
  boolean servesRefusalsOnly(Step optional) {
    return isBlind(optional) && optional.operation().call().ttlMillis().isEmpty();
  }

  /** Whether nobody has seen what it writes, nor asked for it. */
  private boolean isBlind(Step optional) {
    return blindToIndexes && isUnnoticed(optional);
  }

  private boolean isUnnoticed(Step step) {
    return step.operation()
        .call()
        .written()
        .filter(value -> !seenValues.contains(value) && !expectedValues.contains(value))
        .isPresent();
  }
}
