package dev.understudy.peer;

import dev.understudy.clusterconfig.LocalData;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry.Seat;
import java.util.Optional;

/** Judges whether a directory is an older state of its member's, which forgot what it promised. */
final class OlderState {
  private OlderState() {}

  /**
   * Why a directory is taken for an older state, or a copy; empty if it is not.
   *
   * @param held what is in the directory
   * @param seat the seat of its member
   * @param known what the leader knows of that member; null for nothing
   */
  static Optional<String> of(LocalData.Held held, Seat seat, PeerStatus.Peer known) {
    if (known != null
        && held.lastIndex().isPresent()
        && Long.compareUnsigned(held.lastIndex().getAsLong(), known.match()) < 0) {
      return Optional.of(
          "its log ends at index %s, but it has acknowledged index %d: its data directory was set back"
              .formatted(Long.toUnsignedString(held.lastIndex().getAsLong()), known.match()));
    }
    // The terms of a log never fall: with an entry of this term it could not end with an older one.
    if (known != null
        && held.lastTerm().isPresent()
        && Long.compareUnsigned(held.lastTerm().getAsLong(), known.matchTerm()) < 0) {
      return Optional.of(
          "its log ends in term %s, but it has acknowledged an entry of term %d: its data directory was set back"
              .formatted(Long.toUnsignedString(held.lastTerm().getAsLong()), known.matchTerm()));
    }
    return held.lineage().isOutlivedBy(seat.incarnation())
        ? Optional.of(
            "its data directory knows nothing of start %s: it was set back, or is a copy"
                .formatted(seat.incarnation()))
        : Optional.empty();
  }
}
