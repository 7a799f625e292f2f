package dev.understudy.api.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many passwords of one address may be wrong within a minute; what comes from there afterwards
 * is not tried before the minute is over. Asked only about passwords that are not known to be
 * right, so it costs no request that succeeds. Any thread.
 */
final class LoginLimit {
  private static final long WINDOW_MILLIS = 60_000;

  /** Of more, those that have been quiet for longest are forgotten. */
  private static final int MAX_ADDRESSES = 4_096;

  private record Failures(long sinceMillis, int count) {}

  private final int maxFailures;
  private final LongSupplier clockMillis;
  private final Map<String, Failures> byAddress =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /**
   * @param maxFailures of one address within a minute
   * @param clockMillis monotonic
   */
  LoginLimit(int maxFailures, LongSupplier clockMillis) {
    this.maxFailures = maxFailures;
    this.clockMillis = clockMillis;
  }

  synchronized boolean isReached(String address) {
    return current(address).count() >= maxFailures;
  }

  synchronized void failed(String address) {
    Failures now = current(address);
    byAddress.put(address, new Failures(now.sinceMillis(), now.count() + 1));
  }

  private Failures current(String address) {
    long nowMillis = clockMillis.getAsLong();
    Failures known = byAddress.get(address);
    return known == null || nowMillis - known.sinceMillis() >= WINDOW_MILLIS
        ? new Failures(nowMillis, 0)
        : known;
  }
}
