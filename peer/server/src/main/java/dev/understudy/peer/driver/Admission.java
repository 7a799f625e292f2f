package dev.understudy.peer.driver;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Registry;

/**
 * Which messages reach consensus at all, by who sends them:
 *
 * <ul>
 *   <li>a removed member may ask for votes, so that it learns of its removal; nothing else that it
 *       says counts. Who leaves by a joint configuration is a member until that is left, since its
 *       vote counts in the outgoing half, which may have no majority without it;
 *   <li>who is neither member nor removed may speak as a leader only: this member may have been cut
 *       off while that one came. Consensus listens while it hears no leader that it knows. A
 *       request for a vote is not answered, since a voter that lags behind a join must not judge a
 *       member that it does not know;
 *   <li>nothing is taken from this member itself: its own voice does not come from outside.
 * </ul>
 */
final class Admission {
  private Admission() {}

  static boolean admits(Message message, long self, Registry registry, ConfState members) {
    long from = message.from();
    if (from == self) {
      return false;
    }
    if (isRemoved(from, registry, members)) {
      return message instanceof Message.AnyVoteRequest;
    }
    return message instanceof Message.FromLeader || isMember(from, registry, members);
  }

  /** Whether a member has lost its seat, and its part in decisions as well. */
  static boolean isRemoved(long member, Registry registry, ConfState members) {
    return registry.removed().contains(member) && !members.contains(member);
  }

  /** Whether somebody has a seat, or a part in decisions, as far as is known here. */
  static boolean isMember(long member, Registry registry, ConfState members) {
    return members.contains(member) || registry.byMember(member).isPresent();
  }
}
