package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets a leader's proposals pass, and changes of the membership only at a good moment: one at a
 * time (thesis §4.1), into a joint configuration only from a simple one, out of it only from a
 * joint one. A refused change is replaced by an empty entry.
 */
final class ConfChangeGate {
  private final RaftState state;
  private long pendingConfIndex;
  private List<Payload> admitted;
  private ProposeResult.ConfChangeRefusal refusal;

  /**
   * @param pendingConfIndex the last change that may not be applied yet
   * @param lastIndex the index before the first proposal's
   */
  ConfChangeGate(RaftState state, long pendingConfIndex, long lastIndex, List<Payload> payloads) {
    this.state = state;
    this.pendingConfIndex = pendingConfIndex;
    this.admitted = payloads;
    for (int i = 0; i < payloads.size(); i++) {
      if (payloads.get(i) instanceof Payload.Change change) {
        admit(change.change(), i, lastIndex + 1 + i);
      }
    }
  }

  /** What is to be appended. */
  List<Payload> admitted() {
    return admitted;
  }

  /** The last change that may not be applied yet, those admitted included. */
  long pendingConfIndex() {
    return pendingConfIndex;
  }

  /** Why the last change was refused; null if none was. */
  ProposeResult.ConfChangeRefusal refusal() {
    return refusal;
  }

  private void admit(ConfChange change, int position, long index) {
    ProposeResult.ConfChangeRefusal reason = reasonAgainst(change);
    if (reason == null || !state.config.validateConfChanges()) {
      pendingConfIndex = index;
      return;
    }
    state.events.confChangeIgnored(
        change, state.membership().toConfState(), reason, pendingConfIndex, state.log.applied());
    refusal = reason;
    admitted = new ArrayList<>(admitted);
    admitted.set(position, Payload.EMPTY);
  }

  private ProposeResult.ConfChangeRefusal reasonAgainst(ConfChange change) {
    boolean joint = state.membership().isJoint();
    boolean leaves = change.steps().isEmpty();
    if (pendingConfIndex > state.log.applied()) {
      return ProposeResult.ConfChangeRefusal.PENDING;
    }
    if (joint && !leaves) {
      return ProposeResult.ConfChangeRefusal.MUST_LEAVE_JOINT;
    }
    if (!joint && leaves) {
      return ProposeResult.ConfChangeRefusal.NOT_JOINT;
    }
    return null;
  }
}
