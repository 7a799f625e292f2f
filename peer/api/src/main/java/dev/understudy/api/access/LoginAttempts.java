package dev.understudy.api.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many passwords of one address may be wrong within a minute, and how many may be worked out at
 * once. A place is taken before a password is tried: otherwise as many could be tried beside each
 * other as there is room for. Asked only about passwords that are not known to be right, so it
 * costs no request that succeeds. Any thread.
 */
final class LoginAttempts {
  private static final long WINDOW_MILLIS = 60_000;

  /** Of more, those that have been quiet for longest are forgotten. */
  private static final int MAX_ADDRESSES = 4_096;

  /** A quarter of what may wait in all: a second of work. */
  private static final int MAX_WAITING = 16;

  /** Whether a password may be tried. */
  enum Verdict {
    /** It has a place, which has to be given back. */
    ADMITTED,
    /** Not now: others of the same address are being tried. */
    BUSY,
    /** Not within this minute: too many were wrong. */
    LIMITED
  }

  private record Attempts(long sinceMillis, int wrong, int waiting) {}

  private final int maxWrong;
  private final LongSupplier clockMillis;
  private final Map<String, Attempts> byAddress =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Attempts> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /**
   * @param maxWrong of one address within a minute
   * @param clockMillis monotonic
   */
  LoginAttempts(int maxWrong, LongSupplier clockMillis) {
    this.maxWrong = maxWrong;
    this.clockMillis = clockMillis;
  }

  /** Takes a place for one, if there is any. */
  synchronized Verdict begin(String address) {
    Attempts now = current(address);
    if (now.wrong() >= maxWrong) {
      return Verdict.LIMITED;
    }
    if (now.waiting() >= Math.min(MAX_WAITING, maxWrong - now.wrong())) {
      return Verdict.BUSY;
    }
    byAddress.put(address, new Attempts(now.sinceMillis(), now.wrong(), now.waiting() + 1));
    return Verdict.ADMITTED;
  }

  /** Gives a place back. */
  synchronized void end(String address, boolean wrong) {
    Attempts now = current(address);
    int waiting = Math.max(0, now.waiting() - 1); // it may have been forgotten
    byAddress.put(address, new Attempts(now.sinceMillis(), now.wrong() + (wrong ? 1 : 0), waiting));
  }

  /** Counts one that was found to be wrong without a place of its own. */
  synchronized void wrong(String address) {
    Attempts now = current(address);
    byAddress.put(address, new Attempts(now.sinceMillis(), now.wrong() + 1, now.waiting()));
  }

  private Attempts current(String address) {
    long nowMillis = clockMillis.getAsLong();
    Attempts known = byAddress.get(address);
    if (known == null) {
      return new Attempts(nowMillis, 0, 0);
    }
    return nowMillis - known.sinceMillis() >= WINDOW_MILLIS
        ? new Attempts(nowMillis, 0, known.waiting())
        : known;
  }
}
