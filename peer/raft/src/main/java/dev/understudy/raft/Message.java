package dev.understudy.raft;

import java.util.List;
import java.util.Optional;

/** What members of a group send each other. Ids are 64-bit and unsigned, never 0 on the wire. */
public sealed interface Message {
  /** The term of a vote denied because the asking member has been removed: 2^64−1. */
  long TERM_DENIED = -1L;

  /** The id of the sender. */
  long from();

  /** The id of the recipient. */
  long to();

  /** The sender's term (for vote requests and granted votes: the term of the election). */
  long term();

  /**
   * Calls the visitor's method for this kind of message. What handles every kind of message is a
   * {@link Visitor}, so that a new kind does not compile until each of them has decided about it.
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * Whether a correct member could have sent this at all, whatever the state of its receiver. The
   * core drops what is not; who has to do work before the core can be asked may ask here.
   */
  default boolean isSound() {
    return SoundMessage.is(this);
  }

  /** One method for each kind of message. */
  interface Visitor<R> {
    /** Handles an {@link Append}. */
    R visit(Append append);

    /** Handles an {@link AppendResponse}. */
    R visit(AppendResponse appendResponse);

    /** Handles a {@link VoteRequest}. */
    R visit(VoteRequest voteRequest);

    /** Handles a {@link PreVoteRequest}. */
    R visit(PreVoteRequest preVoteRequest);

    /** Handles a {@link VoteResponse}. */
    R visit(VoteResponse voteResponse);

    /** Handles a {@link PreVoteResponse}. */
    R visit(PreVoteResponse preVoteResponse);

    /** Handles a {@link Heartbeat}. */
    R visit(Heartbeat heartbeat);

    /** Handles a {@link HeartbeatResponse}. */
    R visit(HeartbeatResponse heartbeatResponse);

    /** Handles an {@link InstallSnapshot}. */
    R visit(InstallSnapshot installSnapshot);

    /** Handles a {@link Propose}. */
    R visit(Propose propose);

    /** Handles a {@link ReadIndexRequest}. */
    R visit(ReadIndexRequest readIndexRequest);

    /** Handles a {@link ReadIndexResponse}. */
    R visit(ReadIndexResponse readIndexResponse);

    /** Handles a {@link TransferLeader}. */
    R visit(TransferLeader transferLeader);

    /** Handles a {@link TimeoutNow}. */
    R visit(TimeoutNow timeoutNow);
  }

  /** Messages that only the leader of their term sends. */
  sealed interface FromLeader extends Message {}

  /** Requests that a follower passes on to the leader; they may travel without a term. */
  sealed interface Forwardable extends Message {}

  /** Messages that answer another one; they are taken only from members of the group. */
  sealed interface Response extends Message {}

  /** A request for a vote, or for the promise of one. */
  sealed interface AnyVoteRequest extends Message {
    /** The term of the candidate's last entry. */
    long lastTerm();

    /** The index of the candidate's last entry. */
    long lastIndex();
  }

  /** The answer to a request for a vote, or for the promise of one. */
  sealed interface AnyVoteResponse extends Response {
    /** Whether the vote is granted. */
    boolean granted();
  }

  /**
   * Entries for a follower's log, or none, to probe it or to announce the commit index.
   *
   * @param slice the entries and the one before them
   * @param commit the leader's commit index
   */
  record Append(long from, long to, long term, LogSlice slice, long commit) implements FromLeader {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }

    /** The entry before the first one. */
    public EntryId prev() {
      return slice.prev();
    }

    /** Contiguous, in order. */
    public List<Entry> entries() {
      return slice.entries();
    }
  }

  /**
   * The answer to {@link Append} and {@link InstallSnapshot}.
   *
   * @param index accepted: the last index known to agree with the leader's log; rejected: the index
   *     of the refused {@code prev}
   * @param rejected whether the follower's log has another entry, or none, at that index
   * @param hintIndex rejected: the highest index at which the logs may agree
   * @param hintTerm rejected: the follower's term at {@code hintIndex}; 0 if unknown
   */
  record AppendResponse(
      long from, long to, long term, long index, boolean rejected, long hintIndex, long hintTerm)
      implements Response {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Requests a vote (§5.2).
   *
   * @param transfer whether the leader has ordered this election; then leases do not count
   */
  record VoteRequest(long from, long to, long term, long lastTerm, long lastIndex, boolean transfer)
      implements AnyVoteRequest {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Requests the promise of a vote (thesis §9.6); changes nothing at the receiver. */
  record PreVoteRequest(long from, long to, long term, long lastTerm, long lastIndex)
      implements AnyVoteRequest {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Grants or refuses a vote.
   *
   * @param lastEntry where the log ends for which the vote was granted, as the request said; empty
   *     in a refusal, and from releases that did not say it
   */
  record VoteResponse(long from, long to, long term, boolean granted, Optional<EntryId> lastEntry)
      implements AnyVoteResponse {
    /** A refusal, or a vote that does not say for which log it is. */
    public VoteResponse(long from, long to, long term, boolean granted) {
      this(from, to, term, granted, Optional.empty());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Promises or refuses a vote. */
  record PreVoteResponse(long from, long to, long term, boolean granted)
      implements AnyVoteResponse {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Shows a follower that its leader is alive.
   *
   * @param commit the highest commit index that the follower can take over unchecked
   * @param context the number of the round; 0 if nobody waits for the answer
   */
  record Heartbeat(long from, long to, long term, long commit, long context) implements FromLeader {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The answer to {@link Heartbeat}.
   *
   * @param context as received
   */
  record HeartbeatResponse(long from, long to, long term, long context) implements Response {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A snapshot (§7) for a follower that needs entries which the leader no longer has.
   *
   * @param snapshot the snapshot
   */
  record InstallSnapshot(long from, long to, long term, Snapshot snapshot) implements FromLeader {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Proposals forwarded to the leader by {@link RaftConfig#forwardProposals}. The core that sends
   * it sets the term to 0: it is good in every term. A driver that must know in which term its
   * proposals can be taken turns that option off and forwards them itself.
   *
   * @param payloads what to append, in order
   */
  record Propose(long from, long to, long term, List<Payload> payloads) implements Forwardable {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * A read request forwarded to the leader. The term is 0: it is for whatever term the leader is
   * in.
   *
   * @param from the member that wants to read
   * @param context its number for the request
   */
  record ReadIndexRequest(long from, long to, long term, long context) implements Forwardable {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * The answer to {@link ReadIndexRequest}.
   *
   * @param index the index to wait for
   * @param context as received
   */
  record ReadIndexResponse(long from, long to, long term, long index, long context)
      implements Response {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /**
   * Asks the leader to hand over leadership (thesis §3.10).
   *
   * @param from the member that is to become leader
   */
  record TransferLeader(long from, long to, long term) implements Forwardable {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }

  /** Makes a member campaign at once (thesis §3.10). */
  record TimeoutNow(long from, long to, long term) implements Message {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visit(this);
    }
  }
}
