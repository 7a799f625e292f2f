package dev.understudy.transport;

import java.util.Collections;
import java.util.List;

/**
 * How long pings to a peer took until they were answered.
 *
 * @param counts how many took no longer than each bound, and longer than the one before; the last
 *     have none
 * @param totalSeconds all of them together
 */
public record RoundTrips(List<Long> counts, double totalSeconds) {
  /** Bounds double from a tenth of a millisecond to 0.8 seconds, as etcd has them. */
  static final int BOUNDS = 14;

  private static final double FIRST_BOUND_SECONDS = 0.0001;

  public RoundTrips {
    counts = List.copyOf(counts);
  }

  /** The bound of a count; infinite for the last. */
  public static double upperBoundSeconds(int position) {
    return position == BOUNDS ? Double.POSITIVE_INFINITY : FIRST_BOUND_SECONDS * (1 << position);
  }

  /** With one more. */
  RoundTrips plus(double seconds) {
    int position = 0;
    while (seconds > upperBoundSeconds(position)) {
      position++;
    }
    Long[] next = counts.toArray(Long[]::new);
    next[position]++;
    return new RoundTrips(List.of(next), totalSeconds + seconds);
  }

  /** Of a peer that was not pinged yet. */
  static RoundTrips none() {
    return new RoundTrips(Collections.nCopies(BOUNDS + 1, 0L), 0);
  }
}
