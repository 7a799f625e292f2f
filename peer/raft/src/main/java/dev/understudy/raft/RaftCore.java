package dev.understudy.raft;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * A member of a Raft group without any I/O: it is given ticks, messages and proposals, and returns
 * what is to be done. Two runs with the same inputs give the same outputs.
 *
 * <p>Single caller: not safe for use by several threads. Nothing blocks. A driver repeats: give the
 * core what has come; while {@link #hasReady()}, take {@link #ready()} and work it off; acknowledge
 * it by {@link #advance} or, with asynchronous storage, by {@link #persisted} and {@link #applied}.
 *
 * <p>An {@link IllegalStateException} means a bug in core or driver, or a disk that has lost what
 * it had acknowledged; the core must not be used any more.
 */
public final class RaftCore {
  private final RaftState state;
  private final ReadyQueue readyQueue;
  private final Acceptance acceptance;

  /**
   * A member that has applied nothing beyond its snapshot and knows nobody as removed.
   *
   * @see #RaftCore(long, RaftConfig, Storage, long, Jitter, RaftEvents, LongPredicate)
   */
  public RaftCore(long id, RaftConfig config, Storage log, Jitter jitter, RaftEvents events) {
    this(id, config, log, 0, jitter, events, member -> false);
  }

  /**
   * Starts a member from its log, or starts it again.
   *
   * @param id the member's id, not 0
   * @param config how it behaves
   * @param log what is durable; has been made with the hard state and membership to start from
   * @param applied the last index whose entry the application has; changes of the membership up to
   *     there must be in {@code log.confState()}. At least the snapshot's index counts.
   * @param jitter draws election timeouts
   * @param events is notified of what happens
   * @param removed whether an id belongs to a member that has been removed for good, by what has
   *     been committed; its requests for votes are denied once it is no member any more
   * @throws IllegalArgumentException if the log cannot be: one with entries has a term
   */
  public RaftCore(
      long id,
      RaftConfig config,
      Storage log,
      long applied,
      Jitter jitter,
      RaftEvents events,
      LongPredicate removed) {
    Objects.requireNonNull(config, "config");
    HardState hardState = log.hardState();
    Check.argument(id != 0, "0 is nobody's id");
    Check.argument(
        hardState.term() > 0 || log.lastIndex() < log.firstIndex(),
        "a log with entries and term 0 cannot be");
    Check.argument(hardState.commit() <= log.lastIndex(), "the log ends before its commit index");
    state = new RaftState(id, config, log, jitter, events, removed);
    state.term = hardState.term();
    state.vote = hardState.vote();
    state.log.commitTo(hardState.commit());
    state.switchTo(new ConfChanger.Outcome(Membership.of(log.confState()), Ids.NONE));
    if (applied > state.log.applied()) {
      state.log.appliedTo(applied, 0);
    }
    state.becomeFollower(state.term, 0);
    events.started(confState(), state.hardState(), state.log.applied(), state.log.last());
    readyQueue = new ReadyQueue(state);
    acceptance = new Acceptance(state);
  }

  /** The ticks without a leader's word after which a follower may campaign, at the least. */
  public int electionTicks() {
    return state.config.electionTicks();
  }

  // ---- what comes in

  /** One tick has passed. */
  public void tick() {
    state.behaviour().tick();
  }

  /**
   * One tick has passed for a group in which nothing happens: only the clock moves. No message is
   * sent and nobody campaigns; but leases end, so that a member that was not quiet can be elected.
   */
  public void tickQuiesced() {
    state.behaviour().tickQuiesced();
  }

  /** Handles a message from another member. It may say anything; the core does not trust it. */
  public StepResult step(Message message) {
    boolean response = message instanceof Message.Response;
    if (message.from() == state.id && isAnswered(message)) {
      // Nobody sends itself such a thing; an answer to it would go in circles.
      return StepResult.OK;
    }
    if (!SoundMessage.is(message)) {
      state.events.nonsenseIgnored(message);
      return StepResult.OK;
    }
    if (response && !isTracked(message.from())) {
      return StepResult.PEER_NOT_FOUND;
    }
    Optional<RaftEvents.Distrust> refusal = acceptance.refusal(message);
    if (refusal.isPresent()) {
      state.events.distrusted(message, refusal.get(), state.term, state.leader);
      if (refusal.get() == RaftEvents.Distrust.CONTRADICTS_COMMITTED) {
        state.contradictedBy(message);
      }
      return StepResult.OK;
    }
    return state.step(message);
  }

  private boolean isTracked(long id) {
    return state.membership().contains(id)
        || state.behaviour() instanceof Leader leader && leader.tracks(id);
  }

  /**
   * Whether a message is answered to its sender. What is passed on to the leader is not, and can
   * come back to who sent it, if that has become the leader meanwhile.
   */
  private static boolean isAnswered(Message message) {
    return message instanceof Message.FromLeader || message instanceof Message.AnyVoteRequest;
  }

  /**
   * Proposes commands, which take their places in the log one behind the other or not at all. All
   * of a call cost one message to each member and one write, so batches are worth their while.
   */
  public ProposeResult propose(byte[]... commands) {
    return propose(Arrays.stream(commands).<Payload>map(Payload.Normal::new).toList());
  }

  /** Proposes commands or changes of the membership, all in one go; at least one. */
  public ProposeResult propose(List<Payload> payloads) {
    Check.argument(!payloads.isEmpty(), "nothing is proposed");
    return state.behaviour().propose(payloads);
  }

  /** Proposes a change of the membership. */
  public ProposeResult proposeConfChange(ConfChange change) {
    return propose(List.of(new Payload.Change(change)));
  }

  /**
   * Puts a committed change of the membership into force. To be called for each entry of {@link
   * Ready#apply()} that carries one, in order, before that Ready is acknowledged. An entry that a
   * snapshot has overtaken meanwhile changes nothing.
   *
   * @param index the entry's index
   * @param change the change; a driver that must not let it happen gives an update of member 0
   * @return the membership from now on
   * @throws IllegalStateException if the change cannot be made, which cannot happen to changes that
   *     were validated when they were proposed
   */
  public ConfState applyConfChange(long index, ConfChange change) {
    return state.applyConfChange(index, change);
  }

  /**
   * Whether a change can be made of the membership in force; if not, {@link #applyConfChange} would
   * fail. The same on every member at the same place in the log.
   */
  public boolean canApply(ConfChange change) {
    try {
      ConfChanger.Outcome ignored = ConfChanger.apply(state.membership(), change);
      return true;
    } catch (IllegalStateException e) {
      // An invalid change, or one that leads to a membership that contradicts itself.
      return false;
    }
  }

  /** Campaigns, if this member may and does not lead. */
  public void campaign() {
    state.elections().begin();
  }

  /**
   * Requests an index at which a read is linearizable (thesis §6.4). The answer comes in {@link
   * Ready#reads()}; or never, if messages get lost or the leader changes: request again after a
   * while.
   *
   * @param context comes back with the answer
   * @return false if it was dropped at once, for want of a leader or because too many wait
   */
  public boolean readIndex(long context) {
    return state.behaviour().readIndex(context);
  }

  /**
   * Hands leadership over to a voter (thesis §3.10), once that has caught up; given up after an
   * election timeout. Until then proposals are refused. A follower forwards the request to its
   * leader.
   */
  public void transferLeader(long target) {
    state.behaviour().step(new Message.TransferLeader(target, state.id, 0));
  }

  /**
   * Makes a follower forget its leader, so that it votes and promises at once. For drivers that
   * know by other means that the leader is gone. Refused with lease-based reads.
   */
  public void forgetLeader() {
    if (state.behaviour() instanceof Follower follower) {
      follower.forgetLeader();
    }
  }

  /** Reports that messages to a member get lost. */
  public void reportUnreachable(long member) {
    if (state.behaviour() instanceof Leader leader) {
      leader.replicator().reportUnreachable(member);
    }
  }

  /** Reports whether a snapshot has reached its member. To be called for each one sent. */
  public void reportSnapshot(long member, boolean sent) {
    if (state.behaviour() instanceof Leader leader) {
      leader.replicator().reportSnapshot(member, sent);
    }
  }

  /**
   * Says to whom a leader sends its log besides the members: they follow it, acknowledge and read,
   * but count in no quorum and are in no configuration. Replaces what was said before; over when
   * the leadership is. Such a one is set up with {@link RaftConfig#observer}.
   *
   * @return whether this member leads; otherwise nothing happens
   */
  public boolean observe(Set<Long> observers) {
    if (state.behaviour() instanceof Leader leader) {
      leader.observe(Ids.of(List.copyOf(observers)));
      return true;
    }
    return false;
  }

  // ---- what goes out

  /** Whether there is anything to do. */
  public boolean hasReady() {
    return readyQueue.hasReady();
  }

  /** Takes what is to be done. The core counts on it being done. */
  public Ready ready() {
    return readyQueue.take();
  }

  /**
   * Acknowledges that a Ready is durable and applied. Only without asynchronous storage, and before
   * the next one is taken.
   */
  public void advance(Ready ready) {
    readyQueue.advance(ready);
  }

  /**
   * Acknowledges that a Ready is durable, snapshot included. Only with asynchronous storage; for
   * each Ready that {@link Ready#needsStorage()}, in their order.
   */
  public void persisted(Ready ready) {
    readyQueue.persisted(ready);
  }

  /**
   * Acknowledges that a Ready's entries have been applied. Only with asynchronous storage; for each
   * Ready that {@link Ready#needsApply()}, in their order.
   */
  public void applied(Ready ready) {
    readyQueue.applied(ready);
  }

  // ---- state

  /** This member's id. */
  public long id() {
    return state.id;
  }

  /** What this member is. */
  public Role role() {
    return state.role();
  }

  /** The newest term it knows. */
  public long term() {
    return state.term;
  }

  /** The leader of that term as far as is known; 0 for none. */
  public long leader() {
    return state.leader;
  }

  /** The highest index known to be committed. */
  public long commitIndex() {
    return state.log.committed();
  }

  /** The highest index acknowledged as applied. */
  public long appliedIndex() {
    return state.log.applied();
  }

  /** The index of the last entry, durable or not. */
  public long lastIndex() {
    return state.log.lastIndex();
  }

  /** Whether a snapshot has been taken over and is not acknowledged as durable yet. */
  public boolean isRestoring(SnapshotMetadata metadata) {
    return state
        .log
        .unstable()
        .snapshot()
        .filter(snapshot -> snapshot.metadata().equals(metadata))
        .isPresent();
  }

  /** The membership as of the last change that was put into force. */
  public ConfState confState() {
    return state.membership().toConfState();
  }

  /** The term of an entry; 0 when the log does not hold it, or no longer. */
  public long termAt(long index) {
    return state.log.termOrZero(index);
  }

  /** A snapshot of everything observable. */
  public Status status() {
    Map<Long, PeerProgress> progress = Map.of();
    long transferTarget = 0;
    if (state.behaviour() instanceof Leader leader) {
      progress = leader.replicator().tracker().snapshot(state.membership());
      transferTarget = leader.transferTarget();
    }
    return new Status(
        state.id,
        state.role(),
        state.leader,
        state.hardState(),
        state.log.applied(),
        state.log.last(),
        confState(),
        transferTarget,
        progress);
  }

  /** The inside, for tests. */
  RaftState state() {
    return state;
  }
}
