package dev.understudy.peer.driver;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.MembershipContext;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerReceiver.Following;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.wal.Wal;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Owns a peer's consensus core and state machine, and does in each {@link #turn} what is to do at
 * that moment. Everything here is for one thread, the driver's; other threads ask its {@link
 * #proxy}.
 */
public final class Driver implements Agent {
  private final RaftCore core;
  private final RaftEventLog raftEvents;
  private final StateMachine machine;
  private final long tickMillis;
  private final LongSupplier clockMillis;
  private final ClusterClock clusterClock;
  private final OwnerReports owner;
  private final AddressBook addresses;
  private final SeatNews seatNews;
  private final long proposer;

  private final Inbox inbox;
  private final Completions completions;
  private final PendingProposals proposals;
  private final RetryQueue retries;
  private final Forwarding forwarding;
  private final ProposalBatches batches;
  private final PendingEntries entries;
  private final PendingReads reads;
  private final MembershipQueue membership;
  private final ConditionWaiters conditions;
  private final List<Waiters> waiters;
  private final Applier applier;
  private final ReadyHandler readyWork;
  private final LeadershipNotifier leadership;
  private final EarlyElection earlyElection;
  private final LastContacts contacts;
  private final ReplicationStatistics statistics;
  private final StatusBoard board;

  private final DriverProxy proxy;

  private long nextTickMillis;
  private boolean campaignWanted;
  private volatile Following following = Following.NOBODY;
  private final boolean observer;
  private boolean outlived;
  private boolean stopped;

  /**
   * @param notices where leadership is published
   * @param gate closed and moved to new terms here, opened by the leader loop
   * @param proposer random, so that commands of this life are not taken for those of another
   */
  public Driver(
      DriverWorld world,
      DriverOptions options,
      LatestValue<Leadership> notices,
      ReadGate gate,
      PeerEvents events,
      long proposer) {
    this.core = world.core();
    this.raftEvents = world.raftEvents();
    this.machine = world.machine();
    this.tickMillis = options.tickMillis();
    this.clockMillis = world.clockMillis();
    this.clusterClock = world.clusterClock();
    this.owner = new OwnerReports(events, world.answers());
    observer = world.observer();
    addresses = new AddressBook(core, world.network(), machine::registry, observer);
    seatNews =
        new SeatNews(
            core, machine::registry, addresses, raftEvents, world.lineage(), owner, this::outlived);
    this.proposer = proposer;
    inbox = new Inbox(options);
    completions = new Completions(world.answers());
    Wal wal = world.wal();
    proposals = new PendingProposals(completions);
    retries = new RetryQueue(completions);
    MemoryQuota quota = new MemoryQuota(machine, world.log(), options, world.heapLow());
    forwarding =
        new Forwarding(
            core,
            wal::lowOnSpace,
            clusterClock,
            world.network(),
            world.permitted(),
            from -> isMember(from) || addresses.isObserver(from),
            quota,
            raftEvents.names()::of,
            () -> clockMillis.getAsLong() * 1_000_000);
    batches =
        new ProposalBatches(
            core,
            inbox,
            proposals,
            retries,
            forwarding,
            clusterClock,
            wal::lowOnSpace,
            quota,
            completions,
            options.maxPendingProposals(),
            core.electionTicks() * tickMillis / 2);
    entries = new PendingEntries(completions);
    reads = new PendingReads(completions, 5 * tickMillis, proposer);
    membership =
        new MembershipQueue(
            completions,
            entries,
            core::confState,
            member -> machine.registry().byMember(member).isPresent(),
            tickMillis);
    conditions = new ConditionWaiters(completions);
    applier =
        new Applier(
            core,
            world.log(),
            machine,
            proposer,
            proposals,
            entries,
            membership,
            clusterClock,
            seatNews,
            retries);
    readyWork = new ReadyHandler(world, options, inbox, applier, reads, addresses::isObserver);
    leadership = new LeadershipNotifier(notices, gate, world.wallMillis(), raftEvents);
    // The proposer's number is this life's own chance, and its only other use is to be compared.
    earlyElection =
        new EarlyElection(
            core,
            Math.max(1, tickMillis / 4),
            core.electionTicks() * tickMillis,
            new SplittableRandom(proposer));
    contacts =
        new LastContacts(
            clockMillis, raftEvents.names()::of, 2 * tickMillis, core.electionTicks() * tickMillis);
    statistics = world.statistics();
    board = new StatusBoard(core, contacts);
    waiters = List.of(batches, retries, membership, proposals, entries, reads, conditions);
    proxy =
        new DriverProxy(
            this,
            inbox,
            forwarding,
            board,
            leadership,
            readyWork::logBytes,
            options,
            clockMillis,
            proposer);
    clusterClock.observe(machine.clusterTimeMillis());
    nextTickMillis = clockMillis.getAsLong() + tickMillis;
  }

  /** Tells the network whom this peer reaches; before it starts. */
  public void begin() {
    addresses.registryChanged();
  }

  /** What other threads may ask. */
  public DriverProxy proxy() {
    return proxy;
  }

  // ---- the loop

  /**
   * Does what is to do now.
   *
   * @return false once stopped, when it does nothing
   */
  @Override
  public boolean turn() {
    if (!stopped) {
      work(clockMillis.getAsLong());
    }
    if (outlived) {
      // Silent from now on: nobody shall wait for what will not come.
      stop();
    }
    return !stopped;
  }

  private void work(long now) {
    boolean ticked = tick(now);
    inbox.runTasks();
    if (outlived) {
      return;
    }
    if (ticked && core.role() == Role.LEADER) {
      // After the inbox: what has arrived by now was not silence.
      contacts.check(core.id(), core.confState(), now);
    }
    seatNews.reportDenials();
    followLeadership(now);
    rememberFollowing();
    if (readyWork.mayTakeMore()) {
      // While the log's thread is far behind, proposals wait in the inbox, which has a bound.
      batches.propose(now);
    }
    membership.proposeFirst(now, core::proposeConfChange);
    reads.ask(now, core::readIndex);
    takeReadys(now);
    campaignWanted |= earlyElection.takeAttempt(now);
    if (campaignWanted && applier.appliedIndex() == core.commitIndex()) {
      campaignWanted = false;
      core.campaign();
      takeReadys(now);
    }
    reads.applied(applier.appliedIndex());
    conditions.check(now);
    board.publish(applier.appliedIndex(), now, ticked);
    if (ticked) {
      waiters.forEach(each -> each.expire(now));
      addresses.expire(now);
    }
    completions.flush();
  }

  private void followLeadership(long now) {
    switch (leadership.update(core)) {
      case BEGAN -> {
        applier.leadershipBegan();
        membership.leadershipBegan();
        contacts.leadershipBegan(now);
        statistics.forgetFollowers();
      }
      case ENDED -> {
        membership.leadershipLost();
        addresses.leadershipEnded();
      }
      case NONE -> {}
    }
  }

  private void takeReadys(long now) {
    while (!outlived && core.hasReady() && readyWork.mayTakeMore()) {
      readyWork.take(core.ready());
      followLeadership(now);
    }
  }

  /** Waits until there is something to do, at most until the next tick. */
  @Override
  public void await() {
    long dueMillis = Math.min(nextTickMillis, earlyElection.dueMillis());
    long millis = dueMillis - clockMillis.getAsLong();
    inbox.await(millis * 1_000_000);
  }

  /**
   * Ends everything that is under way; nothing is done any more afterwards. To be called on the
   * driver's thread, or when that has ended.
   */
  @Override
  public void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    inbox.close();
    leadership.close();
    inbox.remainingTasks().forEach(DriverTask::refuse);
    String cause = "this peer is stopping; whether it will be applied is unknown";
    waiters.forEach(each -> each.abandon(cause));
    completions.flush();
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
    nextTickMillis = Math.max(nextTickMillis + tickMillis, now + 1);
    board.rememberQuorum(now);
    return true;
  }

  // ---- requests of other threads, by way of the inbox

  void step(Message message) {
    if (addresses.isObserver(message.from())
        || Admission.admits(message, core.id(), machine.registry(), core.confState())) {
      statistics.received(message);
      core.step(message);
      rememberFollowing();
      heard(message.from());
    }
  }

  void stepArrived(Message.InstallSnapshot message) {
    step(message);
    readyWork.discardUnlessRestoring(message.snapshot().metadata());
  }

  /** Only of members something is remembered: there is no end to ids of strangers. */
  private void heard(long from) {
    if (isMember(from) || from == core.leader()) {
      contacts.heard(from, core.leader(), clockMillis.getAsLong());
    }
  }

  private boolean isMember(long member) {
    return Admission.isMember(member, machine.registry(), core.confState());
  }

  private void rememberFollowing() {
    if (following.term() != core.term() || following.leader() != core.leader()) {
      following = new Following(core.term(), core.leader());
      if (core.leader() != 0) {
        // What an earlier leader was asked it does not answer any more.
        reads.askAgain();
      }
    }
  }

  /** Whether it copies the log without being a member; for any thread. */
  boolean isObserver() {
    return observer;
  }

  /** Whom this peer follows; for any thread. */
  Following following() {
    return following;
  }

  /** See the proxy; for any thread. */
  Registry stillVoting() {
    return addresses.stillVoting();
  }

  void takeForwarded(ForwardedProposals proposals) {
    heard(proposals.from());
    forwarding.take(proposals);
  }

  /** What a member is called in the log. Any thread. */
  String nameOf(long member) {
    return raftEvents.names().of(member);
  }

  /** Names a member that has no seat. Any thread. */
  void introduce(long member, String machine) {
    raftEvents.names().introduce(member, machine);
  }

  /**
   * The refused are certainly in no log: their clients are answered, or they are proposed again.
   */
  void takeRefusal(RejectedProposals refusal) {
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
                      () -> retries.add(proposal, refusal.term())));
    }
  }

  void unreachable(long member) {
    core.reportUnreachable(member);
  }

  /** Its own messages came before this, and no more will come. */
  void processEnded(long member) {
    earlyElection.ended(member, clockMillis.getAsLong());
  }

  void campaign() {
    campaignWanted = true;
  }

  void changeMembership(
      Supplier<Optional<SeatResult.Refused>> obstacle,
      Optional<Command.ChangeSeats> seats,
      Step[] steps,
      CompletableFuture<Outcome<Object>> future,
      long deadlineMillis) {
    byte[] context = CommandCodec.encode(new MembershipContext(clusterClock.stamp(), seats));
    long leaving = seats.map(Command.ChangeSeats::removed).orElse(0L);
    membership.add(ConfChange.of(context, steps), leaving, obstacle, future, deadlineMillis);
  }

  void reach(long learner, URI peerUrl) {
    addresses.reach(learner, peerUrl);
  }

  void confirmRead(CompletableFuture<Outcome<Long>> future, long deadlineMillis) {
    reads.add(future, deadlineMillis);
  }

  void awaitApplied(long index, CompletableFuture<Outcome<Long>> future, long deadlineMillis) {
    reads.addConfirmed(index, future, deadlineMillis);
  }

  void observe(
      Map<Long, URI> observers, Set<Long> anew, CompletableFuture<Outcome<Boolean>> future) {
    completions.add(future, new Outcome.Done<>(addresses.observe(observers, anew)));
  }

  void capture(CompletableFuture<Outcome<StateCapture>> future) {
    completions.add(future, new Outcome.Done<>(readyWork.capture()));
  }

  void handOver(long member, CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {
    core.transferLeader(member);
    conditions.add(() -> core.leader() != 0 && core.leader() != core.id(), future, deadlineMillis);
  }

  void awaitQuiet(CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {
    conditions.add(() -> batches.isQuiet() && reads.isEmpty(), future, deadlineMillis);
  }

  void awaitState(
      BooleanSupplier state, CompletableFuture<Outcome<Boolean>> future, long withinMillis) {
    conditions.addJudged(state, future, withinMillis / tickMillis + 1);
  }

  void awaitVote(CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {
    conditions.add(() -> core.confState().voters().contains(core.id()), future, deadlineMillis);
  }

  /** An entry of this term or none: it is not forwarded, nor proposed again by another leader. */
  void proposeIn(
      long term, byte[] command, CompletableFuture<Outcome<Object>> future, long deadlineMillis) {
    boolean leading = core.role() == Role.LEADER && core.term() == term;
    ProposeResult result =
        leading
            ? core.propose(List.of(stamped(command)))
            : new ProposeResult.NotLeader(OptionalLong.empty());
    if (result instanceof ProposeResult.Accepted accepted) {
      entries.add(accepted.last(), future, deadlineMillis);
    } else {
      completions.add(future, Rejections.of(result));
    }
  }

  private Payload stamped(byte[] command) {
    return command.length == 0
        ? Payload.EMPTY
        : new Payload.Normal(CommandCodec.stamped(command, clusterClock.stamp()));
  }

  // ---- what the owner of this peer hears

  /**
   * The log, or another peer, knows of a start of this member that was none of this directory's.
   * What was promised in the member's name is not known here, so nothing is said from now on.
   */
  void outlived(String reason) {
    if (!outlived) {
      outlived = true;
      leadership.close();
      owner.outlived(reason);
    }
  }

  PendingProposals proposals() {
    return proposals;
  }
}
