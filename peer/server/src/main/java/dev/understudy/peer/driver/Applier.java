package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.Entry;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Payload;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes committed entries to the state machine, changes of the membership back to the core, and
 * answers to those who wait. Nothing that is committed makes it throw, with one exception: what a
 * newer release wrote and this one cannot know stops the peer, since leaving it out would make its
 * state differ from the others'.
 *
 * <p>For the driver's thread only.
 */
final class Applier {
  /** Hears what has changed, on the driver's thread. */
  interface Listener {
    /** The seats are others now. */
    void registryChanged(Registry registry);

    /** The core has been given a change of the membership, from the entry of this index. */
    void membershipChanged(long index, ConfChange change);
  }

  /** A change of nobody: what the core is given in place of one that the registry refused. */
  private static final ConfChange NOBODY = ConfChange.of(new byte[0], new Step(StepType.UPDATE, 0));

  private static final SeatResult IMPOSSIBLE =
      new SeatResult.Refused(ErrorCode.INVALID_FORM, "the membership cannot be changed like that");

  private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

  private final RaftCore core;
  private final MemoryStorage log;
  private final StateMachine machine;
  private final long proposer;
  private final PendingProposals proposals;
  private final PendingEntries entries;
  private final MembershipQueue membership;
  private final ClusterClock clock;
  private final Listener listener;
  private final RetryQueue retries;
  private long appliedIndex;
  private long appliedTerm;

  /** What this peer noted of the time before its start was of this term at most. */
  private final long termAtStart;

  private final long lastIndexAtStart;

  private boolean malformedSeen;

  /**
   * @param log what is durable here
   * @param proposer marks the commands of this peer's present life
   * @param listener hears of every new registry and membership
   * @param retries given the commands that never will be applied unless proposed again
   */
  Applier(
      RaftCore core,
      MemoryStorage log,
      StateMachine machine,
      long proposer,
      PendingProposals proposals,
      PendingEntries entries,
      MembershipQueue membership,
      ClusterClock clock,
      Listener listener,
      RetryQueue retries) {
    this.core = core;
    this.log = log;
    this.machine = machine;
    this.proposer = proposer;
    this.proposals = proposals;
    this.entries = entries;
    this.membership = membership;
    this.clock = clock;
    this.listener = listener;
    this.retries = retries;
    this.appliedIndex = core.appliedIndex();
    this.termAtStart = core.term();
    this.lastIndexAtStart = log.lastIndex();
  }

  long appliedIndex() {
    return appliedIndex;
  }

  void apply(List<Entry> committed) {
    long before = machine.clusterTimeMillis();
    for (Entry entry : committed) {
      enterTerm(entry.term());
      Object result =
          entry.payload() instanceof Payload.Change change
              ? applyChange(entry.index(), change.change())
              : applyCommand(entry.index(), ((Payload.Normal) entry.payload()).data());
      appliedIndex = entry.index();
      entries.applied(entry.id(), result);
    }
    keepTime(before);
  }

  /**
   * Goes by the stamps of whoever leads. Only to carry them on would not do: a clock that is a
   * little fast would be further ahead with every hour, and end keys early when it comes to lead.
   */
  private void keepTime(long beforeMillis) {
    long now = machine.clusterTimeMillis();
    boolean stampedByAnother = now > beforeMillis && core.role() == Role.FOLLOWER;
    if (stampedByAnother && (isLeaders() || appliedTerm > termAtStart || !clock.noted(now))) {
      clock.follow(now);
    } else {
      clock.observe(now);
    }
  }

  /**
   * Whether what was applied last has come from who leads now, in its own term: it was there all
   * the time, so what this peer had noted of the time before its start is no better.
   */
  private boolean isLeaders() {
    return appliedTerm == core.term() && core.leader() != 0 && appliedIndex > lastIndexAtStart;
  }

  /**
   * This peer leads from now on. What its log has of its predecessors and was not applied here yet
   * was stamped by them: their time counts, and not what this peer's clock has gained meanwhile.
   */
  void leadershipBegan() {
    // All that was in the log of a candidate is durable once others have heard of it.
    for (long index = log.lastIndex(); index > appliedIndex; index--) {
      Entry entry = log.entries(index, index + 1, Long.MAX_VALUE).get(0);
      long stamp = stampOf(entry);
      if (stamp != 0) {
        if (entry.term() > termAtStart || !clock.noted(stamp)) {
          clock.follow(stamp);
        }
        return;
      }
    }
  }

  /** 0 for an entry without one, and for changes of the membership, which are few. */
  private static long stampOf(Entry entry) {
    byte[] data = entry.payload() instanceof Payload.Normal normal ? normal.data() : new byte[0];
    return data.length == 0
        ? 0
        : CommandCodec.read(data).map(CommandEnvelope::clusterTimeMillis).orElse(0L);
  }

  private void enterTerm(long term) {
    if (term != appliedTerm) {
      appliedTerm = term;
      proposals.moveLost(term, retries);
    }
  }

  /** The state machine was replaced by a snapshot's. */
  void restored(long index, long term) {
    appliedIndex = index;
    proposals.replaced(term);
    entries.replaced(index);
    clock.observe(machine.clusterTimeMillis());
    listener.registryChanged(machine.registry());
  }

  /** An entry without bytes is a barrier, or a leader's first: its result is its index. */
  private Object applyCommand(long index, byte[] data) {
    if (data.length == 0) {
      return index;
    }
    Optional<CommandEnvelope> read = CommandCodec.read(data);
    if (read.isEmpty()) {
      reportMalformed(index);
      return index;
    }
    CommandEnvelope envelope = read.get();
    Object result = machine.apply(index, envelope.clusterTimeMillis(), envelope.command());
    reportIfChanged(result);
    if (envelope.proposer() == proposer) {
      proposals.answer(envelope.sequence(), new Outcome.Done<>(result));
    }
    return result;
  }

  /** Once in a life: a log may hold many. */
  private void reportMalformed(long index) {
    if (!malformedSeen) {
      malformedSeen = true;
      LOG.warn(
          "entry {} of the log is malformed and changes nothing, here as on every peer", index);
    }
  }

  /** What cannot be done to the membership must not be done to the registry either. */
  private SeatResult applyChange(long index, ConfChange change) {
    SeatResult result = core.canApply(change) ? machine.applyMembership(index, change) : IMPOSSIBLE;
    ConfChange effective = result instanceof SeatResult.Refused ? NOBODY : change;
    if (core.canApply(effective)) {
      core.applyConfChange(index, effective);
      listener.membershipChanged(index, effective);
    }
    membership.changeApplied();
    reportIfChanged(result);
    return result;
  }

  private void reportIfChanged(Object result) {
    if (result instanceof SeatResult.Changed changed) {
      listener.registryChanged(changed.registry());
    }
  }
}
