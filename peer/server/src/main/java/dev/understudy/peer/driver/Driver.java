package dev.understudy.peer.driver;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.Transport;
import dev.understudy.wal.Wal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns a peer's consensus core and state machine. {@link #turn} does what is to do at this moment;
 * it is for one thread, the driver's. Everything else may be called from any thread and never
 * blocks.
 */
public final class Driver implements PeerReceiver {
  private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

  /** How many proposals go into the log together at most, to bound the length of a turn. */
  private static final int MAX_BATCH = 512;

  /**
   * What a driver works with. All of it is used by this driver alone while it lives.
   *
   * @param core with asynchronous storage, heard by the events
   * @param raftEvents what happens in the core
   * @param log what the core reads; the driver adds what has become durable
   * @param machine holding the state as of the core's applied index
   * @param wal started by its owner
   * @param snapshots saves and fetches snapshots
   * @param network started by its owner, with this driver as receiver
   * @param statistics counts what goes between peers
   * @param clusterClock the cluster's time
   * @param clockMillis monotonic time in milliseconds
   * @param wallMillis milliseconds since the epoch, for what clients are shown
   * @param answers where futures are completed and events told; must keep the order of tasks
   */
  public record World(
      RaftCore core,
      RaftEventLog raftEvents,
      MemoryStorage log,
      StateMachine machine,
      Wal wal,
      SnapshotDesk snapshots,
      Transport network,
      ReplicationStatistics statistics,
      ClusterClock clusterClock,
      LongSupplier clockMillis,
      LongSupplier wallMillis,
      Executor answers) {}

  private final RaftCore core;
  private final RaftEventLog raftEvents;
  private final StateMachine machine;
  private final Wal wal;
  private final DriverOptions options;
  private final LongSupplier clockMillis;
  private final ClusterClock clusterClock;
  private final Executor answers;
  private final PeerEvents events;
  private final long proposer;
  private final AtomicLong sequence = new AtomicLong();

  private final Inbox inbox;
  private final Completions completions;
  private final PendingProposals proposals;
  private final RetryQueue reproposals = new RetryQueue();
  private final Forwarding forwarding;
  private final PendingEntries entries;
  private final PendingReads reads;
  private final MembershipQueue membership;
  private final ConditionWaiters awaited;
  private final Applier applier;
  private final ReadyHandler readyWork;
  private final LeadershipNotifier leadership;
  private final LastContacts contacts;
  private final ReplicationStatistics statistics;
  private final StatusBoard board;

  private final List<Proposal> batch = new ArrayList<>();

  private long nextTickMillis;
  private boolean campaignWanted;
  private boolean removalReported;
  private volatile boolean stopped;

  /**
   * @param notices where leadership is told
   * @param gate closed and told of terms here, opened by the leader loop
   * @param proposer random, so that commands of this life are not taken for those of another
   */
  public Driver(
      World world,
      DriverOptions options,
      LatestValue<Leadership> notices,
      ReadGate gate,
      PeerEvents events,
      long proposer) {
    this.core = world.core();
    this.raftEvents = world.raftEvents();
    this.machine = world.machine();
    this.wal = world.wal();
    this.options = options;
    this.clockMillis = world.clockMillis();
    this.clusterClock = world.clusterClock();
    this.answers = world.answers();
    this.events = events;
    this.proposer = proposer;
    inbox = new Inbox(options);
    completions = new Completions(answers);
    proposals = new PendingProposals(completions);
    forwarding = new Forwarding(core, wal::lowOnSpace, clusterClock, world.network());
    entries = new PendingEntries(completions);
    reads = new PendingReads(completions, 5 * options.tickMillis(), proposer);
    membership = new MembershipQueue(completions, entries, core::confState, options.tickMillis());
    awaited = new ConditionWaiters(completions);
    applier =
        new Applier(
            core,
            machine,
            proposer,
            proposals,
            entries,
            membership,
            clusterClock,
            registry -> registryChanged(world.network(), registry),
            reproposals);
    readyWork = new ReadyHandler(world, options, inbox, applier, reads);
    leadership = new LeadershipNotifier(notices, gate, world.wallMillis(), raftEvents);
    contacts =
        new LastContacts(
            clockMillis,
            raftEvents.names()::of,
            2 * options.tickMillis(),
            core.electionTicks() * options.tickMillis() / 3);
    statistics = world.statistics();
    board = new StatusBoard(core, contacts);
    clusterClock.observe(machine.clusterTimeMillis());
    nextTickMillis = clockMillis.getAsLong() + options.tickMillis();
  }

  // ---- for any thread

  /**
   * Puts a command into the log, by way of the leader when this peer is not the leader.
   *
   * @return completes with the result of applying it here, at the request's deadline at the latest
   */
  public <R> CompletableFuture<Outcome<R>> propose(Command<R> command) {
    long number = sequence.incrementAndGet();
    byte[] bytes = CommandCodec.encode(new CommandEnvelope(proposer, number, 0, command));
    CompletableFuture<Outcome<Object>> future = new CompletableFuture<>();
    Proposal proposal = new Proposal(number, bytes, future, deadline());
    if (!inbox.offer(proposal)) {
      future.complete(Rejections.TOO_MANY);
    }
    // Only what still waits is refused here: the driver may have proposed it, and stopped since.
    if (stopped && inbox.withdraw(proposal)) {
      future.complete(Rejections.stopping());
    }
    return typed(future);
  }

  /**
   * What is applied in the end is what was proposed, so its result is of the type that the proposed
   * command, change or barrier promises.
   */
  @SuppressWarnings("unchecked")
  private static <R> CompletableFuture<Outcome<R>> typed(
      CompletableFuture<Outcome<Object>> future) {
    return (CompletableFuture<Outcome<R>>) (CompletableFuture<?>) future;
  }

  /** Whatever happens to the driver meanwhile, the question is answered. */
  private <T> CompletableFuture<Outcome<T>> ask(Consumer<CompletableFuture<Outcome<T>>> work) {
    CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
    DriverTask<T> question = new DriverTask<>(future, () -> work.accept(future));
    inbox.post(question);
    // stop() says that it has stopped before it looks for questions: one of the two refuses it.
    if (stopped) {
      question.refuse();
    }
    return future;
  }

  /**
   * Changes the membership; only a leader can.
   *
   * @param seats what the change means for the registry; empty when it changes the membership alone
   * @param steps what happens to members
   * @return completes when it is applied here; {@link Outcome.NotDone} when this peer does not lead
   */
  public CompletableFuture<Outcome<SeatResult>> changeMembership(
      Optional<Command.ChangeSeats> seats, ConfChange.Step... steps) {
    long deadline = deadline();
    return typed(
        ask(
            future -> {
              byte[] context =
                  CommandCodec.encode(new MembershipContext(clusterClock.stamp(), seats));
              membership.add(ConfChange.of(context, steps), future, deadline);
            }));
  }

  /**
   * Proposes an empty entry in a term.
   *
   * @return completes with its index once it is applied here; {@link Outcome.NotDone} when this
   *     peer does not lead in that term
   */
  public CompletableFuture<Outcome<Long>> barrier(long term) {
    long deadline = deadline();
    return typed(ask(future -> proposeBarrier(term, future, deadline)));
  }

  /**
   * Waits until this peer has applied everything that was acknowledged anywhere before this call.
   * No entry is written to the log.
   *
   * @return completes with an index that is applied here
   */
  public CompletableFuture<Outcome<Long>> confirmRead() {
    return confirmRead(options.requestTimeoutMillis());
  }

  /** As {@link #confirmRead()}, for a read that has waited elsewhere before. */
  public CompletableFuture<Outcome<Long>> confirmRead(long timeoutMillis) {
    long deadline = clockMillis.getAsLong() + timeoutMillis;
    return ask(future -> reads.add(future, deadline));
  }

  /**
   * Waits until this peer has applied an index.
   *
   * @return completes with the index; {@link Outcome.NotDone} at the request's deadline
   */
  public CompletableFuture<Outcome<Long>> awaitApplied(long index) {
    long deadline = deadline();
    return ask(future -> reads.addConfirmed(index, future, deadline));
  }

  /** The whole state of this peer as of the next turn; nothing waits for it, nothing is copied. */
  public CompletableFuture<Outcome<StateCapture>> capture() {
    return ask(future -> completions.add(future, new Outcome.Done<>(readyWork.capture())));
  }

  /**
   * Hands leadership to another voter and waits until somebody else leads.
   *
   * @param withinMillis how long to wait at most
   * @return completes with whether another member leads now
   */
  public CompletableFuture<Outcome<Boolean>> handOver(long member, long withinMillis) {
    return ask(
        future -> {
          core.transferLeader(member);
          awaited.add(this::othersLead, future, clockMillis.getAsLong() + withinMillis);
        });
  }

  private boolean othersLead() {
    return core.role() != Role.LEADER && core.leader() != 0 && core.leader() != core.id();
  }

  /**
   * Waits until this member is a voter, as far as it knows itself.
   *
   * @return completes with whether it has become one within the time
   */
  public CompletableFuture<Outcome<Boolean>> awaitVote(long withinMillis) {
    return ask(
        future ->
            awaited.add(
                () -> core.confState().voters().contains(core.id()),
                future,
                clockMillis.getAsLong() + withinMillis));
  }

  /**
   * Campaigns as soon as everything that is known to be committed is applied, instead of waiting
   * for an election timeout. (Before that the core would refuse: among it may be the very change
   * that gives this member its vote.)
   */
  public void campaign() {
    inbox.post(() -> campaignWanted = true);
  }

  /** The state of consensus as of the last turn. */
  public PeerStatus status() {
    return board.status();
  }

  /** Whether a quorum was in touch so lately. */
  public boolean quorumHeardWithin(long millis) {
    return board.quorumHeardWithin(clockMillis.getAsLong(), millis);
  }

  /** Since when the present leader is known, in milliseconds since the epoch; 0 for none. */
  public long leaderSinceMillis() {
    return leadership.leaderSinceMillis();
  }

  @Override
  public void message(Message message) {
    inbox.offerFromNetwork(() -> step(message));
  }

  @Override
  public void forwarded(ForwardedProposals proposals) {
    if (!inbox.offerFromNetwork(() -> takeForwarded(proposals))) {
      forwarding.refuse(proposals, RejectedProposals.Reason.OVERLOADED);
    }
  }

  @Override
  public void refused(RejectedProposals refusal) {
    inbox.offerFromNetwork(() -> takeRefusal(refusal));
  }

  @Override
  public void unreachable(long member) {
    inbox.offerFromNetwork(() -> core.reportUnreachable(member));
  }

  @Override
  public void snapshotArrived(Message.InstallSnapshot message) {
    inbox.post(() -> step(message));
  }

  // ---- for the driver's thread

  /** Does what is to do now. Does nothing once stopped. */
  public void turn() {
    if (stopped) {
      return;
    }
    long now = clockMillis.getAsLong();
    boolean ticked = tick(now);
    inbox.runTasks();
    reportDenial();
    lookAtLeadership(now);
    if (readyWork.mayTakeMore()) {
      // While the log's thread is far behind, proposals wait in the inbox, which has a bound.
      propose();
    }
    membership.proposeFirst(now, core::proposeConfChange);
    reads.ask(now, core::readIndex);
    takeReadys(now);
    if (campaignWanted && applier.appliedIndex() == core.commitIndex()) {
      campaignWanted = false;
      core.campaign();
      takeReadys(now);
    }
    reads.applied(applier.appliedIndex());
    awaited.look(now);
    if (ticked) {
      expire(now);
    }
    board.publish(applier.appliedIndex(), now, ticked);
    completions.flush();
  }

  private void takeReadys(long now) {
    while (core.hasReady() && readyWork.mayTakeMore()) {
      readyWork.take(core.ready());
      lookAtLeadership(now);
    }
  }

  /** Waits until there is something to do, at most until the next tick. */
  public void await() {
    long millis = nextTickMillis - clockMillis.getAsLong();
    inbox.await(millis * 1_000_000);
  }

  /** Ends a wait in {@link #await}; for any thread. */
  public void wake() {
    inbox.wake();
  }

  /**
   * Ends everything that is under way; nothing is done any more afterwards. To be called on the
   * driver's thread, or when that has ended.
   */
  public void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    leadership.close();
    inbox
        .remainingProposals()
        .forEach(proposal -> completions.add(proposal.future(), Rejections.stopping()));
    reproposals
        .takeAll()
        .forEach(proposal -> completions.add(proposal.future(), Rejections.stopping()));
    inbox.remainingQuestions().forEach(DriverTask::refuse);
    membership.leadershipLost();
    // Not empty only when a bug has ended the turn that was about to propose it.
    batch.forEach(
        proposal ->
            completions.add(
                proposal.future(), new Outcome.Unknown<>("this peer failed while it proposed it")));
    String cause = "this peer is stopping; whether it will be applied is unknown";
    proposals.abandon(cause);
    entries.abandon(cause);
    reads.abandon();
    awaited.abandon();
    completions.flush();
  }

  private long deadline() {
    return clockMillis.getAsLong() + options.requestTimeoutMillis();
  }

  /**
   * Moves the logical clock. Ticks that were missed, because this process did not run, are left
   * out: made up for, they would depose a leader before it has read what its followers answered.
   */
  private boolean tick(long now) {
    if (now < nextTickMillis) {
      return false;
    }
    core.tick();
    nextTickMillis = Math.max(nextTickMillis + options.tickMillis(), now + 1);
    if (core.role() == Role.LEADER) {
      contacts.check(core.id(), core.confState(), now);
    }
    board.rememberQuorum(now);
    return true;
  }

  private void step(Message message) {
    contacts.heard(message.from(), clockMillis.getAsLong());
    statistics.received(message);
    if (Admission.admits(message, machine.registry(), core.confState())) {
      core.step(message);
    }
  }

  private void takeForwarded(ForwardedProposals proposals) {
    contacts.heard(proposals.from(), clockMillis.getAsLong());
    forwarding.take(proposals);
  }

  /** The refused are certainly in no log: their clients are told, or they are proposed again. */
  private void takeRefusal(RejectedProposals refusal) {
    if (refusal.proposer() != proposer) {
      return;
    }
    Optional<Outcome<Object>> answer = Rejections.of(refusal.reason());
    for (long number : refusal.sequences()) {
      proposals
          .takeRefused(number, refusal.term(), refusal.from())
          .ifPresent(
              proposal ->
                  answer.ifPresentOrElse(
                      outcome -> completions.add(proposal.future(), outcome),
                      () -> reproposals.add(proposal, refusal.term())));
    }
  }

  private void lookAtLeadership(long now) {
    switch (leadership.look(core)) {
      case BEGAN -> {
        membership.leadershipBegan();
        contacts.leadershipBegan(now);
        statistics.forgetFollowers();
      }
      case ENDED -> membership.leadershipLost();
      case NONE -> {}
    }
  }

  /** All that waits goes into the log as one batch: one message to each peer, one write. */
  private void propose() {
    proposeAgain();
    inbox.takeProposals(batch, MAX_BATCH);
    refuseBeyond(options.maxPendingProposals() - proposals.size() - reproposals.size());
    if (!batch.isEmpty() && proposed(batch) instanceof Proposed.Refused refused) {
      batch.forEach(p -> completions.add(p.future(), refused.answer()));
    }
    batch.clear();
  }

  private void proposeAgain() {
    List<Proposal> due = reproposals.due(core.term(), MAX_BATCH);
    while (!due.isEmpty() && proposed(due) instanceof Proposed.Taken) {
      reproposals.remove(due);
      due = reproposals.due(core.term(), MAX_BATCH);
    }
  }

  private sealed interface Proposed {
    record Taken() implements Proposed {}

    record Refused(Outcome<Object> answer) implements Proposed {}
  }

  private Proposed proposed(List<Proposal> commands) {
    if (wal.lowOnSpace()) {
      return new Proposed.Refused(Rejections.NO_SPACE);
    }
    boolean leading = core.role() == Role.LEADER;
    long time = leading ? clusterClock.stamp() : 0;
    List<Payload> payloads = new ArrayList<>(commands.size());
    for (Proposal proposal : commands) {
      byte[] command = proposal.command();
      payloads.add(new Payload.Normal(leading ? CommandCodec.stamped(command, time) : command));
    }
    ProposeResult result = core.propose(payloads);
    if (result instanceof ProposeResult.NotLeader refused && refused.leader().isPresent()) {
      forwarding.send(refused.leader().getAsLong(), payloads);
    } else if (!(result instanceof ProposeResult.Accepted)) {
      return new Proposed.Refused(Rejections.of(result));
    }
    commands.forEach(p -> proposals.add(p, core.term(), core.leader()));
    return new Proposed.Taken();
  }

  private void refuseBeyond(int room) {
    if (batch.size() > room) {
      List<Proposal> refused = batch.subList(Math.max(0, room), batch.size());
      refused.forEach(p -> completions.add(p.future(), Rejections.TOO_MANY));
      refused.clear();
    }
  }

  private void proposeBarrier(
      long term, CompletableFuture<Outcome<Object>> future, long deadlineMillis) {
    boolean leading = core.role() == Role.LEADER && core.term() == term;
    ProposeResult result =
        leading
            ? core.propose(List.of(Payload.EMPTY))
            : new ProposeResult.NotLeader(OptionalLong.empty());
    if (result instanceof ProposeResult.Accepted accepted) {
      entries.add(accepted.last(), future, deadlineMillis);
    } else {
      completions.add(future, Rejections.of(result));
    }
  }

  private void expire(long now) {
    proposals.expire(now);
    inbox
        .takeExpired(now)
        .forEach(proposal -> completions.add(proposal.future(), Rejections.TOO_MANY));
    reproposals
        .takeExpired(now)
        .forEach(proposal -> completions.add(proposal.future(), Rejections.NOT_TAKEN));
    entries.expire(now);
    reads.expire(now);
    membership.expire(now);
  }

  private void reportDenial() {
    OptionalLong by = raftEvents.takeRemovedBy();
    if (by.isPresent()) {
      reportRemoved(
          "peer " + raftEvents.names().of(by.getAsLong()) + " has denied this member a vote");
    }
  }

  private void registryChanged(Transport network, Registry registry) {
    network.setPeers(PeerAddresses.of(registry));
    if (registry.removed().contains(core.id())) {
      reportRemoved("the cluster has taken this member's seat");
    }
  }

  /** The log, or another peer, says that this member has lost its seat. */
  private void reportRemoved(String reason) {
    if (!removalReported) {
      removalReported = true;
      try {
        answers.execute(() -> events.removed(reason));
      } catch (RejectedExecutionException e) {
        LOG.info("the peer was stopping already when it heard: {}", reason);
      }
    }
  }
}
