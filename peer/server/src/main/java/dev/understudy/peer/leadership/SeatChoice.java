package dev.understudy.peer.leadership;

import java.util.Optional;

/**
 * The peer whose seat a monitor would take next.
 *
 * @param member its member id
 * @param why what is held against it, one line for an operator
 * @param heldBackBy why the seat is not taken for now; empty when it is
 */
record SeatChoice(long member, String why, Optional<String> heldBackBy) {
  boolean isFree() {
    return heldBackBy.isEmpty();
  }
}
