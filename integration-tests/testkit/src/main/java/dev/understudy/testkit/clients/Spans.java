package dev.understudy.testkit.clients;

import java.util.ArrayDeque;
import java.util.Deque;

/** Times in which something was so, which may overlap; each comes when it is over. */
final class Spans {
  private record Span(long fromNanos, long toNanos) {
    long within(long from, long to) {
      return Math.max(0, Math.min(to, toNanos) - Math.max(from, fromNanos));
    }
  }

  /** In their order, and apart from each other. */
  private final Deque<Span> apart = new ArrayDeque<>();

  /**
   * It was so between two moments.
   *
   * @param toNanos not before the end of those that have come already
   */
  void add(long fromNanos, long toNanos) {
    long from = fromNanos;
    while (!apart.isEmpty() && apart.getLast().toNanos() >= from) {
      from = Math.min(from, apart.removeLast().fromNanos());
    }
    apart.add(new Span(from, toNanos));
  }

  /** For how long it was so between two moments. */
  long nanosWithin(long fromNanos, long toNanos) {
    return apart.stream().mapToLong(span -> span.within(fromNanos, toNanos)).sum();
  }
}
