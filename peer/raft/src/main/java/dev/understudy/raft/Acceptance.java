package dev.understudy.raft;

import dev.understudy.raft.RaftEvents.Distrust;
import java.util.Optional;

/**
 * Which sound messages a member believes, by what it knows itself. Raft assumes that members do not
 * lie; these rules cost a correct group nothing and keep a lie from doing lasting harm:
 *
 * <ul>
 *   <li>a term that is far ahead is not adopted: terms grow by one an election, and one that is
 *       near the last number would be the end of all elections;
 *   <li>a term has one leader (§5.2), so what another member sends as leader of it is a lie; unless
 *       the one that was heard first is no member and the other one is, which is then believed;
 *   <li>a sender outside the own configuration is not listened to while a known leader is: a
 *       rightful leader repeats itself, so a member that was cut off for long and does not know its
 *       leader yet (thesis §4.1) follows it an election timeout later;
 *   <li>only the leader orders an election (thesis §3.10) or answers a read;
 *   <li>a vote is for the log that the voter was told of (§5.4.1): one for another log than the
 *       candidate's was asked for by somebody else in its name;
 *   <li>a leader has all that is committed (§5.4.3): whose entries contradict what is committed
 *       here has been elected by mistake, and gets no acknowledgement. Nor does it hold the
 *       followers any longer that see this: they elect another one.
 * </ul>
 */
final class Acceptance {
  /** Years of elections, and far from the last term. */
  static final long MAX_TERM_STEP = 1L << 32;

  private final RaftState state;

  Acceptance(RaftState state) {
    this.state = state;
  }

  /** Why a message is not believed; empty when it is. */
  Optional<Distrust> refusal(Message message) {
    if (SoundMessage.isDenial(message)) {
      return Optional.empty();
    }
    // Neither term is negative, so the difference does not overflow.
    if (message.term() - state.term > MAX_TERM_STEP) {
      return Optional.of(Distrust.TERM_FAR_AHEAD);
    }
    if (isRival(message)) {
      return Optional.of(Distrust.RIVAL_LEADER);
    }
    if (isStrangers(message)) {
      return Optional.of(Distrust.STRANGER);
    }
    if (isLeadersPrivilege(message) && !isFromLeader(message)) {
      return Optional.of(Distrust.NOT_THE_LEADER);
    }
    if (isForAnotherLog(message)) {
      return Optional.of(Distrust.FOR_ANOTHER_LOG);
    }
    return contradictsCommitted(message)
        ? Optional.of(Distrust.CONTRADICTS_COMMITTED)
        : Optional.empty();
  }

  /** A candidate appends nothing, so its log ends where it did when it asked. */
  private boolean isForAnotherLog(Message message) {
    return message instanceof Message.VoteResponse vote
        && vote.granted()
        && vote.term() == state.term
        && state.role() == Role.CANDIDATE
        && vote.lastEntry().filter(asked -> !asked.equals(state.log.last())).isPresent();
  }

  private boolean contradictsCommitted(Message message) {
    if (!(message instanceof Message.Append append)
        || append.term() < state.term
        || append.prev().index() > state.log.committed()) {
      return false;
    }
    if (isOther(append.prev())) {
      return true;
    }
    return append.entries().stream()
        .takeWhile(entry -> entry.index() <= state.log.committed())
        .anyMatch(entry -> isOther(new EntryId(entry.term(), entry.index())));
  }

  /** Whether another entry is known to be at its place. */
  private boolean isOther(EntryId claimed) {
    long own = state.log.term(claimed.index());
    return own >= 0 && own != claimed.term();
  }

  private boolean isRival(Message message) {
    return message instanceof Message.FromLeader
        && message.term() == state.term
        && state.termLeader() != 0
        && state.termLeader() != message.from()
        && (isMember(state.termLeader()) || !isMember(message.from()));
  }

  private boolean isMember(long id) {
    return state.membership().contains(id);
  }

  /** Requests for votes have rules of their own: the lease, and the denial of the removed. */
  private boolean isStrangers(Message message) {
    boolean moves = message instanceof Message.FromLeader || message.term() > state.term;
    return state.config.checkQuorum()
        && moves
        && !(message instanceof Message.AnyVoteRequest)
        && message.from() != state.leader
        && !isMember(message.from())
        && state.hearsLeader();
  }

  private static boolean isLeadersPrivilege(Message message) {
    return message instanceof Message.TimeoutNow || message instanceof Message.ReadIndexResponse;
  }

  /** A member may be the leader as long as none is known; somebody else gives no orders at all. */
  private boolean isFromLeader(Message message) {
    return state.termLeader() == 0
        ? isMember(message.from())
        : message.from() == state.termLeader();
  }
}
