package dev.understudy.raft;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a member does because of its role. It owns what only that role has, and ends with it; what
 * every role needs is in {@link RaftState}.
 */
abstract sealed class Behaviour permits Follower, Candidate, Leader {
  protected final RaftState node;

  Behaviour(RaftState node) {
    this.node = node;
  }

  abstract Role role();

  /** Handles a message of the present term, or one without a term. */
  abstract StepResult step(Message message);

  abstract ProposeResult propose(List<Payload> payloads);

  /** One tick; the default is that of a member without a leader's duties. */
  void tick() {
    node.electionElapsed++;
    if (node.electionElapsed >= node.electionTimeout && node.isPromotable()) {
      node.electionElapsed = 0;
      node.elections().begin();
    }
  }

  /** One tick of a quiet group: time passes, and nothing else. */
  void tickQuiesced() {
    node.electionElapsed++;
  }

  /** Takes a read of this member itself. */
  abstract boolean readIndex(long context);

  ProposeResult noLeader() {
    node.events.proposalWithoutLeader(node.term);
    return new ProposeResult.NotLeader(OptionalLong.empty());
  }
}
