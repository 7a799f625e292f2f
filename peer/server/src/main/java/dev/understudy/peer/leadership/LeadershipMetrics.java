package dev.understudy.peer.leadership;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what the leader loop goes through. Written by its thread, read by any. */
public final class LeadershipMetrics {
  private final AtomicLong notices = new AtomicLong();
  private final AtomicLong established = new AtomicLong();
  private final AtomicLong establishMillis = new AtomicLong();
  private final AtomicLong restarts = new AtomicLong();
  private final AtomicLong revoked = new AtomicLong();
  private final AtomicLong barrierRetries = new AtomicLong();
  private final AtomicLong longestDutyMillis = new AtomicLong();
  private volatile long lastEstablishMillis;

  void noticed() {
    notices.incrementAndGet();
  }

  void established(long millis) {
    lastEstablishMillis = millis;
    establishMillis.addAndGet(millis);
    established.incrementAndGet();
  }

  void restarted() {
    restarts.incrementAndGet();
  }

  void revoked() {
    revoked.incrementAndGet();
  }

  void barrierRetried() {
    barrierRetries.incrementAndGet();
  }

  void dutyTook(long millis) {
    longestDutyMillis.accumulateAndGet(millis, Math::max);
  }

  /** Changes of leadership that the loop was told of; of a flap, only the last is told. */
  public long notices() {
    return notices.get();
  }

  /** Terms whose duties were started. */
  public long establishedTerms() {
    return established.get();
  }

  /** Times that leadership was lost and regained before the loop looked. */
  public long restarts() {
    return restarts.get();
  }

  /** Terms whose duties were stopped. */
  public long revokedTerms() {
    return revoked.get();
  }

  /** Barriers that were proposed again because they were not applied. */
  public long barrierRetries() {
    return barrierRetries.get();
  }

  /** Milliseconds from the notice to the open gate, the last time. */
  public long lastEstablishMillis() {
    return lastEstablishMillis;
  }

  /** Milliseconds from the notice to the open gate, all terms together. */
  public long establishMillis() {
    return establishMillis.get();
  }

  /** The longest that one call of a duty has kept the loop, in milliseconds. */
  public long longestDutyMillis() {
    return longestDutyMillis.get();
  }
}
