package dev.understudy.raft;

import java.util.Optional;

/**
 * Votes: begins campaigns and answers those of others, which is the same for every role (§5.2,
 * §5.4.1; PreVote: thesis §9.6; leases: thesis §4.2.3; transfer of leadership: thesis §3.10).
 */
final class Elections {
  private enum Kind {
    PRE_VOTE,
    VOTE,
    TRANSFER
  }

  private final RaftState state;

  Elections(RaftState state) {
    this.state = state;
  }

  /** Begins a campaign, if this member may. */
  void begin() {
    begin(state.config.preVote() ? Kind.PRE_VOTE : Kind.VOTE);
  }

  /** Begins the campaign that a leader has ordered, if this member may (thesis §3.10). */
  void beginTransfer() {
    begin(Kind.TRANSFER);
  }

  /** Goes on to request the votes that have been promised. */
  void campaignAfterPreVote() {
    if (state.isPromotable()) {
      campaign(Kind.VOTE);
    } else {
      state.events.unpromotable();
    }
  }

  private void begin(Kind kind) {
    if (state.role() == Role.LEADER) {
      return;
    }
    if (!state.isPromotable()) {
      state.events.unpromotable();
    } else if (state.log.hasUnappliedConfChange()) {
      // Its votes would be counted by a configuration that may be out of force already.
      state.events.campaignBlocked(state.term);
    } else {
      state.events.electionStarting(state.term);
      campaign(kind);
    }
  }

  private void campaign(Kind kind) {
    boolean preVote = kind == Kind.PRE_VOTE;
    if (preVote) {
      state.becomePreCandidate();
    } else {
      state.becomeCandidate();
    }
    long term = preVote ? state.term + 1 : state.term;
    for (long voter : state.membership().voters()) {
      if (voter == state.id) {
        // Counted when it comes back, which is when the vote is on the disk.
        state.send(grant(preVote, voter, term, state.log.last()));
      } else {
        request(kind, voter, term);
      }
    }
  }

  private void request(Kind kind, long to, long term) {
    EntryId last = state.log.last();
    Message.AnyVoteRequest request =
        kind == Kind.PRE_VOTE
            ? new Message.PreVoteRequest(state.id, to, term, last.term(), last.index())
            : new Message.VoteRequest(
                state.id, to, term, last.term(), last.index(), kind == Kind.TRANSFER);
    state.events.voteRequested(request, last, state.term);
    state.send(request);
  }

  /**
   * Whether a request of a later term is not answered, since a leader was heard from less than the
   * shortest election timeout ago (thesis §4.2.3). Not if that leader has ordered the election
   * itself (thesis §3.10).
   */
  boolean isBarredByLease(Message.AnyVoteRequest request) {
    int electionTicks = state.config.electionTicks();
    boolean leased = state.config.checkQuorum() && state.hearsLeader();
    boolean forced = request instanceof Message.VoteRequest vote && vote.transfer();
    if (leased && !forced) {
      state.events.voteIgnored(
          request, state.log.last(), state.vote, state.term, electionTicks - state.electionElapsed);
      return true;
    }
    return false;
  }

  /** Answers a request; a pre-vote changes nothing here, whatever the answer. */
  void answer(Message.AnyVoteRequest request) {
    boolean preVote = request instanceof Message.PreVoteRequest;
    // A term that had a leader needs no vote any more. The leader itself does not ask for one; who
    // asks in its name has lost what it wrote as leader, and would begin a second log of that term.
    boolean undecided = state.termLeader() == 0;
    boolean mayVote =
        (undecided && state.vote == request.from()) // §5.2: a repeated request: the same answer
            || (undecided && state.vote == 0) // §5.2: one vote in each term
            || (preVote && request.term() > state.term); // thesis §9.6: a promise is no vote
    EntryId last = state.log.last();
    // §5.4.1: nobody is elected who may lack what is committed.
    if (!mayVote || !state.log.isUpToDate(request.lastTerm(), request.lastIndex())) {
      reject(request);
      return;
    }
    state.events.voteCast(request, last, state.vote, state.term);
    EntryId judged = new EntryId(request.lastTerm(), request.lastIndex());
    state.send(grant(preVote, request.from(), request.term(), judged));
    if (!preVote) {
      // §5.2: a granted vote restarts the election timeout.
      state.electionElapsed = 0;
      state.vote = request.from();
    }
  }

  /** Refuses a request, with the own term. */
  void reject(Message.AnyVoteRequest request) {
    state.events.voteRejected(request, state.log.last(), state.vote, state.term);
    boolean preVote = request instanceof Message.PreVoteRequest;
    state.send(refusal(preVote, request.from(), state.term));
  }

  /** Informs a member that it has been removed, by a term that exists nowhere. */
  void deny(Message.AnyVoteRequest request) {
    state.events.voteDenied(request.from());
    boolean preVote = request instanceof Message.PreVoteRequest;
    state.send(refusal(preVote, request.from(), Message.TERM_DENIED));
  }

  /** A vote says for which log it is: the request may not have come from the candidate. */
  private Message.AnyVoteResponse grant(boolean preVote, long to, long term, EntryId judged) {
    return preVote
        ? new Message.PreVoteResponse(state.id, to, term, true)
        : new Message.VoteResponse(state.id, to, term, true, Optional.of(judged));
  }

  private Message.AnyVoteResponse refusal(boolean preVote, long to, long term) {
    return preVote
        ? new Message.PreVoteResponse(state.id, to, term, false)
        : new Message.VoteResponse(state.id, to, term, false);
  }
}
