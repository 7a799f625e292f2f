package dev.understudy.testkit.invariants;

import dev.understudy.peer.PeerProbe;
import dev.understudy.store.Store;

/** Every queue and every memory of a peer has a bound. */
final class Bounds {
  /** Where a queue that has a bound in the product must be less full than this. */
  private static final String PROPERTY = "what waits in memory is bounded";

  /** One event may be as large as a request may be, and is kept whatever the bound. */
  private static final long LARGEST_EVENT_BYTES = 8 << 20;

  private Bounds() {}

  static void check(long member, PeerProbe peer) {
    long history = peer.machine().version().historyBytes();
    Violation.unless(
        history <= Store.DEFAULT_HISTORY_BYTES + LARGEST_EVENT_BYTES,
        PROPERTY,
        () -> "%x keeps %d bytes of events".formatted(member, history));
  }
}
