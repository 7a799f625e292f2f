package dev.understudy.peer;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry.Seat;
import java.util.HashMap;
import java.util.Map;

/**
 * Processes that take part already and whose request says that they have less than they have
 * acknowledged. A request says what was there when it was sent, and its sender may have
 * acknowledged more since then; if its directory was set back, it still lacks that when it asks the
 * next time. Any thread.
 */
final class Doubts {
  /** What a process was known to have acknowledged when it asked. */
  private record Doubt(Incarnation start, PeerStatus.Peer known) {}

  /** By member, so no more than there are seats, and those that were replaced since. */
  private final Map<Long, Doubt> byMember = new HashMap<>();

  /**
   * Whether it lacks what it had acknowledged when it was doubted before; doubts it from now on.
   */
  synchronized boolean isStillOlder(LocalData.Held held, Seat seat, PeerStatus.Peer known) {
    Incarnation start = held.lineage().current();
    Doubt before = byMember.put(seat.member(), new Doubt(start, known));
    boolean still =
        before != null
            && before.start().equals(start)
            && OlderState.of(held, seat, before.known()).isPresent();
    if (still) {
      byMember.remove(seat.member());
    }
    return still;
  }
}
