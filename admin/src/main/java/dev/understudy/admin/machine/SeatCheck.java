package dev.understudy.admin.machine;

import dev.understudy.peer.driver.PeerStatus;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Notices that a peer knows no leader for long. For one thread. */
final class SeatCheck {

  private final Supplier<PeerStatus> status;
  private final long patienceMillis;
  private final LongSupplier clockMillis;
  private long ledMillis;

  /**
   * @param patienceMillis how long a peer may know no leader before it is time to ask
   * @param clockMillis monotonic time
   */
  SeatCheck(Supplier<PeerStatus> status, long patienceMillis, LongSupplier clockMillis) {
    this.status = status;
    this.patienceMillis = patienceMillis;
    this.clockMillis = clockMillis;
    this.ledMillis = clockMillis.getAsLong();
  }

  /** Whether it is time to ask now; then the patience begins anew. */
  boolean isDue() {
    long now = clockMillis.getAsLong();
    if (status.get().leader() != 0 || now - ledMillis >= patienceMillis) {
      boolean due = status.get().leader() == 0;
      ledMillis = now;
      return due;
    }
    return false;
  }
}
