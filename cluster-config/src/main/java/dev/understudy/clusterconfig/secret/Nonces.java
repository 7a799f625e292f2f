package dev.understudy.clusterconfig.secret;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;

/**
 * The nonces that one machine gives out. They carry their own proof of origin and time, so that
 * nothing is kept of those that are never used: a stranger who asks for many pushes none out. What
 * is kept is which were used, by callers that know the secret. Any thread.
 */
public final class Nonces {
  /** Many times what a request takes to come after its challenge. */
  static final long LIFE_MILLIS = 60_000;

  private static final int RANDOM_BYTES = 16;
  private static final char SEPARATOR = '.';

  private final SecretKeySpec key;
  private final Supplier<byte[]> random;
  private final LongSupplier nanoClock;

  /** When each ceases to be good; guarded by itself. */
  private final Map<String, Long> used = new HashMap<>();

  private long nextPruningMillis;

  /**
   * @param random gives sixteen bytes that nobody can guess
   * @param nanoClock monotonic
   */
  public Nonces(Supplier<byte[]> random, LongSupplier nanoClock) {
    this.random = random;
    this.nanoClock = nanoClock;
    this.key = new SecretKeySpec(random.get(), "HmacSHA256");
    this.nextPruningMillis = nowMillis();
  }

  private long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong());
  }

  /** A new one. */
  public String issue() {
    byte[] bytes = random.get();
    if (bytes.length != RANDOM_BYTES) {
      throw new IllegalStateException("too few random bytes");
    }
    return signed(Long.toHexString(nowMillis()) + SEPARATOR + HexFormat.of().formatHex(bytes));
  }

  private String signed(String text) {
    return text + SEPARATOR + HexFormat.of().formatHex(ClusterSecret.mac(key, List.of(text)));
  }

  /** Whether it is one of ours and not too old. */
  public boolean isGood(String nonce) {
    int end = nonce.lastIndexOf(SEPARATOR);
    if (end < 0 || !ClusterSecret.isSame(signed(nonce.substring(0, end)), nonce)) {
      return false;
    }
    long issuedMillis = Long.parseUnsignedLong(nonce.substring(0, nonce.indexOf(SEPARATOR)), 16);
    return nowMillis() - issuedMillis < LIFE_MILLIS;
  }

  /**
   * Uses one up that {@link #isGood}, for a caller whose proof is right.
   *
   * @return false when it has been used before
   */
  public boolean use(String nonce) {
    long now = nowMillis();
    synchronized (used) {
      if (now >= nextPruningMillis) {
        used.values().removeIf(end -> end <= now);
        nextPruningMillis = now + LIFE_MILLIS / 4;
      }
      return used.putIfAbsent(nonce, now + LIFE_MILLIS) == null;
    }
  }

  /** How many are kept. */
  int kept() {
    synchronized (used) {
      return used.size();
    }
  }
}
