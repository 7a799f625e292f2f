package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Outcome.Unknown;
import java.util.List;
import java.util.stream.Collectors;

/** The beginning of a history: what was known at one moment. */
final class Beginning {
  /** Enough to see what happened; what was long before is seldom the reason. */
  private static final int LINES = 30;

  private Beginning() {}

  /** The operations called up to a place; those not answered by then are unknown. */
  static List<RecordedOperation> of(List<RecordedOperation> operations, long place) {
    return operations.stream()
        .filter(operation -> operation.invoked() <= place)
        .map(operation -> operation.responded() <= place ? operation : unanswered(operation))
        .toList();
  }

  private static RecordedOperation unanswered(RecordedOperation operation) {
    return new RecordedOperation(
        operation.number(),
        operation.client(),
        operation.call(),
        new Unknown("no answer yet"),
        operation.invoked(),
        RecordedOperation.NEVER,
        operation.invokedNanos(),
        0,
        Answering.NOBODY);
  }

  /**
   * For a reader: the operation whose response cannot be explained, an order of all before, and the
   * last lines of the history up to there.
   */
  static String tell(List<RecordedOperation> operations, long last, Linearization before) {
    RecordedOperation unexplained =
        operations.stream()
            .filter(operation -> operation.responded() == last)
            .findFirst()
            .orElseThrow();
    List<RecordedOperation> all = of(operations, last);
    return "cannot be explained:\n  "
        + line(unexplained)
        + "\nwhat was before can be, by an order that ends with\n"
        + lines(before.order().stream().map(Step::operation).toList(), LINES / 3)
        + "  and leaves "
        + before.register()
        + "\nthe history up to there:\n"
        + lines(all, LINES);
  }

  private static String lines(List<RecordedOperation> operations, int count) {
    int hidden = Math.max(0, operations.size() - count);
    String shown =
        operations.stream()
            .skip(hidden)
            .map(operation -> "  " + line(operation) + "\n")
            .collect(Collectors.joining());
    return hidden == 0 ? shown : "  (" + hidden + " more before)\n" + shown;
  }

  private static String line(RecordedOperation operation) {
    return operation.toString();
  }
}
