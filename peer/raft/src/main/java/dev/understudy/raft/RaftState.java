package dev.understudy.raft;

import java.util.function.LongPredicate;

/**
 * What a member has in every role, and the moves between roles. Fields that the roles work on are
 * open to them; a role's own state is in its {@link Behaviour} and ends with it.
 */
final class RaftState {
  final long id;
  final RaftConfig config;
  final RaftEvents events;
  final RaftLog log;
  final Outbox outbox;

  long term;
  long vote;
  long leader;

  /** See {@link #termLeader()}. */
  private long termLeader;

  /** Ticks since the leader was last heard of; on a leader, since the quorum was last checked. */
  int electionElapsed;

  /**
   * Whether the leader has contradicted what is committed here. Its word is no sign of life then,
   * until this member has campaigned: perhaps somebody has only spoken in the leader's name.
   */
  boolean contradicted;

  /** When a follower campaigns: drawn anew at every change of role. */
  int electionTimeout;

  private final Jitter jitter;
  private final LongPredicate removed;
  private final Elections elections = new Elections(this);
  private Membership membership = Membership.EMPTY;

  /** The index up to which the membership is known to hold all changes. */
  private long membershipIndex;

  private Behaviour behaviour = new Follower(this);

  RaftState(
      long id,
      RaftConfig config,
      Storage storage,
      Jitter jitter,
      RaftEvents events,
      LongPredicate removed) {
    this.id = id;
    this.config = config;
    this.jitter = jitter;
    this.events = events;
    this.removed = removed;
    this.log = new RaftLog(storage, config.maxCommittedSizePerReady(), events);
    this.outbox = new Outbox(id);
  }

  Role role() {
    return behaviour.role();
  }

  Behaviour behaviour() {
    return behaviour;
  }

  Elections elections() {
    return elections;
  }

  Membership membership() {
    return membership;
  }

  HardState hardState() {
    return new HardState(term, vote, log.committed());
  }

  void send(Message message) {
    outbox.send(message);
  }

  /** Whether this member may become leader: it is a voter, and has no snapshot to restore. */
  boolean isPromotable() {
    return membership.isVoter(id) && !log.unstable().hasSnapshot();
  }

  // ---- messages

  /** Handles a message. Terms are compared here, alike for every role (§5.1). */
  StepResult step(Message message) {
    if (isVoteBusinessOfRemoved(message)) {
      return StepResult.OK;
    }
    if (message.term() > term && !(message instanceof Message.Forwardable)) {
      if (message instanceof Message.AnyVoteRequest request && elections.isBarredByLease(request)) {
        return StepResult.OK;
      }
      maybeRaiseTerm(message);
    } else if (message.term() < term && !isTermless(message)) {
      stepStale(message);
      return StepResult.OK;
    }
    return behaviour.step(message);
  }

  /**
   * The denied vote: given to a member known as removed, or received by one that was. Who leaves by
   * a joint configuration is not removed before that is left: without its vote the outgoing half
   * might have no majority, and the configuration could never be left.
   */
  private boolean isVoteBusinessOfRemoved(Message message) {
    if (message instanceof Message.AnyVoteRequest request && isRemoved(request.from())) {
      elections.deny(request);
      return true;
    }
    if (message.term() < 0) {
      // No term is that high, so it is either a denial or nonsense, and never adopted.
      if (message instanceof Message.AnyVoteResponse && message.term() == Message.TERM_DENIED) {
        stepDenial((Message.AnyVoteResponse) message);
      }
      return true;
    }
    return false;
  }

  private boolean isRemoved(long member) {
    return removed.test(member) && !membership.contains(member);
  }

  /** Only a member that campaigns has requested votes, so only there can one be denied. */
  private void stepDenial(Message.AnyVoteResponse denial) {
    if (behaviour instanceof Candidate candidate) {
      candidate.stepDenial(denial);
    }
  }

  private void maybeRaiseTerm(Message message) {
    boolean asksOrPromises =
        message instanceof Message.PreVoteRequest
            || (message instanceof Message.PreVoteResponse response && response.granted());
    if (asksOrPromises) {
      // The term is that of an election that has not begun (thesis §9.6).
      return;
    }
    // §5.1: a member that sees a later term follows in it, even a candidate or a leader.
    events.higherTerm(message, term);
    boolean fromLeader = message instanceof Message.FromLeader;
    becomeFollower(message.term(), fromLeader ? message.from() : 0);
  }

  /** Forwarded requests travel without a term, and no term is adopted from them. */
  private static boolean isTermless(Message message) {
    return message.term() == 0 && message instanceof Message.Forwardable;
  }

  private void stepStale(Message message) {
    boolean leadersWord = message instanceof Message.Append || message instanceof Message.Heartbeat;
    if (leadersWord && (config.checkQuorum() || config.preVote())) {
      // A leader that was cut off learns of the new term; with leases or pre-votes it would learn
      // of it in no other way, and this member could never take part again.
      send(new Message.AppendResponse(id, message.from(), term, 0, false, 0, 0));
    } else if (message instanceof Message.PreVoteRequest request) {
      // Silence could dead-lock a group in which only some members use pre-votes.
      elections.reject(request);
    } else {
      events.lowerTermIgnored(message, term);
    }
  }

  // ---- roles

  /** Sets the leader of the present term; 0 when none is known any more. */
  void follow(long newLeader) {
    leader = newLeader;
    if (newLeader != 0) {
      termLeader = newLeader;
    }
  }

  /** Who was first heard as leader of the present term, even if silent since; 0 for nobody. */
  long termLeader() {
    return termLeader;
  }

  /** A leader's entries are others than those that are committed here. */
  void contradictedBy(Message message) {
    contradicted |= message.term() == term && message.from() == leader;
  }

  /** Whether a leader, or this one's own quorum, was heard within the shortest timeout. */
  boolean hearsLeader() {
    return leader != 0 && electionElapsed < config.electionTicks();
  }

  void becomeFollower(long newTerm, long newLeader) {
    reset(newTerm);
    follow(newLeader);
    become(new Follower(this));
    events.becameFollower(term, newLeader);
  }

  /** Collects promises first: term, vote and time stay as they are (thesis §9.6). */
  void becomePreCandidate() {
    leader = 0;
    become(new Candidate(this, true));
    events.becamePreCandidate(term);
  }

  void becomeCandidate() {
    Check.that(role() != Role.LEADER, "a leader does not campaign");
    // §5.2: a new term, and a vote for itself.
    reset(term + 1);
    vote = id;
    become(new Candidate(this, false));
    events.becameCandidate(term);
  }

  Leader becomeLeader() {
    Check.that(role() != Role.FOLLOWER, "a follower does not become leader without an election");
    reset(term);
    follow(id);
    Leader leading = new Leader(this);
    become(leading);
    leading.begin();
    events.becameLeader(term);
    return leading;
  }

  private void become(Behaviour next) {
    Check.that(mayBecome(behaviour.role(), next.role()), "an illegal change of role");
    behaviour = next;
  }

  private static boolean mayBecome(Role from, Role to) {
    return switch (to) {
      case FOLLOWER -> true;
      case PRE_CANDIDATE, CANDIDATE -> from != Role.LEADER;
      case LEADER -> from != Role.FOLLOWER;
    };
  }

  private void reset(long newTerm) {
    if (newTerm != term) {
      term = newTerm;
      vote = 0;
      termLeader = 0;
    }
    leader = 0;
    contradicted = false;
    electionElapsed = 0;
    // §5.2: drawn at random, so that votes are rarely split.
    electionTimeout = config.electionTicks() + jitter.below(config.electionTicks());
  }

  // ---- membership and snapshots

  /** Applies a change at its place in the log, unless a snapshot has brought what came of it. */
  ConfState applyConfChange(long index, ConfChange change) {
    if (index <= membershipIndex) {
      return membership.toConfState();
    }
    membershipIndex = index;
    ConfChanger.Outcome outcome = ConfChanger.apply(membership, change);
    switchTo(outcome);
    return outcome.membership().toConfState();
  }

  void switchTo(ConfChanger.Outcome outcome) {
    membership = outcome.membership();
    events.configurationSwitched(membership.toConfState());
    if (behaviour instanceof Leader leading) {
      leading.reconfigure(outcome);
    }
  }

  /** Takes over a snapshot (§7); false if it brings nothing new, except perhaps a commit index. */
  boolean maybeRestore(Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.metadata();
    boolean forSelf = config.observer() || metadata.confState().contains(id);
    if (metadata.index() <= log.committed() || !forSelf) {
      return false;
    }
    // §7: with the last entry that the snapshot covers the log has all before, and keeps the rest.
    if (log.matches(metadata.last())) {
      events.snapshotFastForwarded(log.committed(), log.last(), metadata);
      log.commitTo(metadata.index());
      return false;
    }
    log.restore(snapshot);
    membershipIndex = metadata.index();
    switchTo(new ConfChanger.Outcome(Membership.of(metadata.confState()), Ids.NONE));
    events.restored(log.committed(), log.last(), metadata);
    return true;
  }

  // ---- acknowledgements of the storage and of the application

  void persisted(ReadyAck.Persisted done) {
    if (done.term() < term) {
      // The entries may have been overwritten in the later term; a snapshot holds in every term.
      if (done.last().index() != 0) {
        events.stableEntriesIgnored(done.term(), term);
      }
    } else if (done.last().index() != 0) {
      log.unstable().stableTo(done.last());
    }
    if (done.snapshot().isPresent()) {
      long index = done.snapshot().get().metadata().index();
      log.unstable().stableSnapshotTo(index);
      appliedTo(index, 0);
    }
  }

  void appliedTo(long index, long bytes) {
    log.appliedTo(Math.max(index, log.applied()), bytes);
    if (behaviour instanceof Leader leading) {
      leading.maybeLeaveJoint();
    }
  }
}
