package dev.understudy.peer.leadership;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what the leader loop goes through. Written by its thread, read by any. */
public final class LeadershipMetrics {

  private final AtomicLong notices = new AtomicLong();
  private final AtomicLong established = new AtomicLong();
  private final AtomicLong restarts = new AtomicLong();
  private final AtomicLong revoked = new AtomicLong();
  private volatile long lastEstablishMillis;

  void noticed() {
    notices.incrementAndGet();
  }

  void established(long millis) {
    lastEstablishMillis = millis;
    established.incrementAndGet();
  }

  void restarted() {
    restarts.incrementAndGet();
  }

  void revoked() {
    revoked.incrementAndGet();
  }

  /** Notices that the loop has taken. */
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

  /** Milliseconds from the notice to the open gate, the last time. */
  public long lastEstablishMillis() {
    return lastEstablishMillis;
  }
}
