package dev.understudy.testkit.history;

/**
 * A call and what became of it.
 *
 * @param number of the operation, in the order of invocations
 * @param client who called; a client has one call at a time
 * @param invoked place of the invocation in the order of all invocations and responses: what has a
 *     lower place really was earlier
 * @param responded place of the response in that order; {@link #NEVER} when there was none
 * @param invokedNanos when it was called, by a monotonic clock
 * @param respondedNanos when it was answered, by the same clock; meaningless without a response
 * @param by who answered
 */
public record RecordedOperation(
    int number,
    int client,
    Call call,
    Outcome outcome,
    long invoked,
    long responded,
    long invokedNanos,
    long respondedNanos,
    Answering by) {
  /** The place of a response that never came. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Whether this was over when the other began. */
  public boolean precedes(RecordedOperation other) {
    return responded < other.invoked;
  }

  /** One line for a reader. */
  @Override
  public String toString() {
    String end = responded == NEVER ? "" : seconds(respondedNanos);
    String place = by.equals(Answering.NOBODY) ? "" : " by " + by;
    return "#%d client %d [%s, %s] %s: %s%s"
        .formatted(number, client, seconds(invokedNanos), end, call, outcome, place);
  }

  private static String seconds(long nanos) {
    return "%.3f s".formatted(nanos / 1e9);
  }
}
