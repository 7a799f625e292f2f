package dev.understudy.peer.driver;

import java.util.concurrent.TimeUnit;

/**
 * Messages and bytes a second, as etcd reckons them: over the last 200 messages, and nothing once
 * none has come for a second.
 *
 * <p>Not thread-safe.
 */
final class MessageRate {
  private static final int MAX_SAMPLES = 200;
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long[] nanos = new long[MAX_SAMPLES];
  private final long[] sizes = new long[MAX_SAMPLES];
  private int next;
  private int count;
  private long bytes;

  void add(long nowNanos, long messageBytes) {
    bytes += messageBytes - (count == MAX_SAMPLES ? sizes[next] : 0);
    nanos[next] = nowNanos;
    sizes[next] = messageBytes;
    next = (next + 1) % MAX_SAMPLES;
    count = Math.min(count + 1, MAX_SAMPLES);
  }

  /** Messages a second. */
  double messages(long nowNanos) {
    return perSecond(count, nowNanos);
  }

  /** Bytes a second. */
  double bytes(long nowNanos) {
    return perSecond(bytes, nowNanos);
  }

  private double perSecond(long total, long nowNanos) {
    long last = nanos[(next + MAX_SAMPLES - 1) % MAX_SAMPLES];
    if (count == 0 || nowNanos - last > NANOS_PER_SECOND) {
      return 0;
    }
    long first = count == MAX_SAMPLES ? nanos[next] : nanos[0];
    return last <= first ? 0 : total * NANOS_PER_SECOND / (last - first);
  }
}
