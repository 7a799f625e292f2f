package dev.understudy.raft;

/**
 * All about votes: beginning a campaign, and answering those of others, which is the same for every
 * role (§5.2, §5.4.1; PreVote and leases from §9.6 and §4.2.3 of the thesis).
 */
final class Elections {
  private enum Kind {
    PRE_VOTE,
    VOTE,
    TRANSFER
  }

  private final RaftState node;

  Elections(RaftState node) {
    this.node = node;
  }

  /** Begins a campaign, if this member may. */
  void begin() {
    begin(node.config.preVote() ? Kind.PRE_VOTE : Kind.VOTE);
  }

  /** Begins the campaign that a leader has asked for, if this member may. */
  void beginTransfer() {
    begin(Kind.TRANSFER);
  }

  /** Goes on to ask for votes after they have been promised. */
  void campaignAfterPreVote() {
    if (node.isPromotable()) {
      campaign(Kind.VOTE);
    } else {
      node.events.unpromotable();
    }
  }

  private void begin(Kind kind) {
    if (node.role() == Role.LEADER) {
      return;
    }
    if (!node.isPromotable()) {
      node.events.unpromotable();
    } else if (node.log.hasUnappliedConfChange()) {
      node.events.campaignBlocked(node.term);
    } else {
      node.events.electionStarting(node.term);
      campaign(kind);
    }
  }

  private void campaign(Kind kind) {
    boolean preVote = kind == Kind.PRE_VOTE;
    if (preVote) {
      node.becomePreCandidate();
    } else {
      node.becomeCandidate();
    }
    long term = preVote ? node.term + 1 : node.term;
    for (long voter : node.membership().voters()) {
      if (voter == node.id) {
        // Counted when it comes back, which is when the vote is on the disk.
        node.send(response(preVote, voter, term, true));
      } else {
        request(kind, voter, term);
      }
    }
  }

  private void request(Kind kind, long to, long term) {
    EntryId last = node.log.last();
    Message.AnyVoteRequest request =
        kind == Kind.PRE_VOTE
            ? new Message.PreVoteRequest(node.id, to, term, last.term(), last.index())
            : new Message.VoteRequest(
                node.id, to, term, last.term(), last.index(), kind == Kind.TRANSFER);
    node.events.voteRequested(request, last, node.term);
    node.send(request);
  }

  /**
   * Whether a request of a later term is to be left unanswered, since a leader was heard of less
   * than the shortest election timeout ago. Not if that leader itself has asked for the election.
   */
  boolean isBarredByLease(Message.AnyVoteRequest request) {
    int electionTicks = node.config.electionTicks();
    boolean leased =
        node.config.checkQuorum() && node.leader != 0 && node.electionElapsed < electionTicks;
    boolean forced = request instanceof Message.VoteRequest vote && vote.transfer();
    if (leased && !forced) {
      node.events.voteIgnored(
          request, node.log.last(), node.vote, node.term, electionTicks - node.electionElapsed);
      return true;
    }
    return false;
  }

  /** Answers a request; a pre-vote changes nothing here, whatever the answer. */
  void answer(Message.AnyVoteRequest request) {
    boolean preVote = request instanceof Message.PreVoteRequest;
    boolean mayVote =
        node.vote == request.from()
            || (node.vote == 0 && node.leader == 0)
            || (preVote && request.term() > node.term);
    EntryId last = node.log.last();
    if (!mayVote || !node.log.isUpToDate(request.lastTerm(), request.lastIndex())) {
      reject(request);
      return;
    }
    node.events.voteCast(request, last, node.vote, node.term);
    node.send(response(preVote, request.from(), request.term(), true));
    if (!preVote) {
      node.electionElapsed = 0;
      node.vote = request.from();
    }
  }

  /** Refuses a request and tells the own term. */
  void reject(Message.AnyVoteRequest request) {
    node.events.voteRejected(request, node.log.last(), node.vote, node.term);
    boolean preVote = request instanceof Message.PreVoteRequest;
    node.send(response(preVote, request.from(), node.term, false));
  }

  /** Tells a member that it has been removed, by a term that exists nowhere. */
  void deny(Message.AnyVoteRequest request) {
    node.events.voteDenied(request.from());
    boolean preVote = request instanceof Message.PreVoteRequest;
    node.send(response(preVote, request.from(), Message.TERM_DENIED, false));
  }

  private Message.AnyVoteResponse response(boolean preVote, long to, long term, boolean granted) {
    return preVote
        ? new Message.PreVoteResponse(node.id, to, term, granted)
        : new Message.VoteResponse(node.id, to, term, granted);
  }
}
