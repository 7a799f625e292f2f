package dev.understudy.peer.driver;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.Message;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What any thread may ask of a {@link Driver}; nothing here blocks. Each request goes into the
 * driver's inbox, and its future completes on the executor for answers, at its deadline at the
 * latest; once the driver has stopped, at once and with {@link Outcome.NotDone}.
 */
public final class DriverProxy implements PeerReceiver {
  private final Driver driver;
  private final Inbox inbox;
  private final Forwarding forwarding;
  private final StatusBoard board;
  private final LeadershipNotifier leadership;
  private final LongSupplier logBytes;
  private final DriverOptions options;
  private final LongSupplier clockMillis;
  private final long proposer;
  private final AtomicLong sequence = new AtomicLong();

  /**
   * @param logBytes any thread may ask
   * @param clockMillis monotonic time in milliseconds
   * @param proposer marks the commands of this peer's present life
   */
  DriverProxy(
      Driver driver,
      Inbox inbox,
      Forwarding forwarding,
      StatusBoard board,
      LeadershipNotifier leadership,
      LongSupplier logBytes,
      DriverOptions options,
      LongSupplier clockMillis,
      long proposer) {
    this.driver = driver;
    this.inbox = inbox;
    this.forwarding = forwarding;
    this.board = board;
    this.leadership = leadership;
    this.logBytes = logBytes;
    this.options = options;
    this.clockMillis = clockMillis;
    this.proposer = proposer;
  }

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
    if (inbox.isClosed() && inbox.withdraw(proposal)) {
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

  /** Whatever happens to the driver meanwhile, the future is completed. */
  private <T> CompletableFuture<Outcome<T>> ask(Consumer<CompletableFuture<Outcome<T>>> work) {
    CompletableFuture<Outcome<T>> future = new CompletableFuture<>();
    DriverTask<T> task = new DriverTask<>(future, () -> work.accept(future));
    inbox.post(task);
    // A driver that stops closes the inbox before it empties it: one of the two refuses the task.
    if (inbox.isClosed()) {
      task.refuse();
    }
    return future;
  }

  /**
   * Changes the membership, if nothing speaks against it when its turn has come.
   *
   * @param obstacle asked on the driver's thread when the changes before this one are applied;
   *     cheap, does not block
   * @see #changeMembership(Optional, ConfChange.Step...)
   */
  public CompletableFuture<Outcome<SeatResult>> changeMembership(
      Supplier<Optional<SeatResult.Refused>> obstacle,
      Optional<Command.ChangeSeats> seats,
      ConfChange.Step... steps) {
    long deadline = deadline();
    return typed(ask(future -> driver.changeMembership(obstacle, seats, steps, future, deadline)));
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
    return changeMembership(Optional::empty, seats, steps);
  }

  /** Where a learner is reached that has no seat; nothing changes when it is no member. */
  public void reach(long learner, URI peerUrl) {
    inbox.post(() -> driver.reach(learner, peerUrl));
  }

  /**
   * Proposes an empty entry in a term.
   *
   * @return completes with its index once it is applied here; {@link Outcome.NotDone} when this
   *     peer does not lead in that term
   */
  public CompletableFuture<Outcome<Long>> barrier(long term) {
    long deadline = deadline();
    return typed(ask(future -> driver.proposeIn(term, new byte[0], future, deadline)));
  }

  /**
   * Proposes a command in a term, or not at all: for what a leader has decided by what it alone
   * knows.
   *
   * @return completes with the result of applying it here; {@link Outcome.NotDone} when this peer
   *     does not lead in that term
   */
  public <R> CompletableFuture<Outcome<R>> proposeIn(long term, Command<R> command) {
    long deadline = deadline();
    byte[] bytes =
        CommandCodec.encode(new CommandEnvelope(proposer, sequence.incrementAndGet(), 0, command));
    return typed(ask(future -> driver.proposeIn(term, bytes, future, deadline)));
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
    return ask(future -> driver.confirmRead(future, deadline));
  }

  /**
   * Waits until this peer has applied an index.
   *
   * @return completes with the index; {@link Outcome.NotDone} at the request's deadline
   */
  public CompletableFuture<Outcome<Long>> awaitApplied(long index) {
    long deadline = deadline();
    return ask(future -> driver.awaitApplied(index, future, deadline));
  }

  /**
   * Sends the log to others than members from now on, instead of those before; over with this
   * leadership.
   *
   * @param observers the peer URL of each, by its id
   * @param anew those of them that are asked anew what they have, whatever they acknowledged
   * @return completes with whether this peer leads
   */
  public CompletableFuture<Outcome<Boolean>> observe(Map<Long, URI> observers, Set<Long> anew) {
    return ask(future -> driver.observe(observers, anew, future));
  }

  /** The whole state of this peer as of the next turn; nothing waits for it, nothing is copied. */
  public CompletableFuture<Outcome<StateCapture>> capture() {
    return ask(driver::capture);
  }

  /**
   * Hands leadership to another voter and waits until somebody else leads.
   *
   * @param withinMillis how long to wait at most
   * @return completes with whether another member leads now
   */
  public CompletableFuture<Outcome<Boolean>> handOver(long member, long withinMillis) {
    long deadline = clockMillis.getAsLong() + withinMillis;
    return ask(future -> driver.handOver(member, future, deadline));
  }

  /**
   * Waits until nothing is under way for clients of this peer.
   *
   * @return completes with whether that was so at some moment within the time
   */
  public CompletableFuture<Outcome<Boolean>> awaitQuiet(long withinMillis) {
    long deadline = clockMillis.getAsLong() + withinMillis;
    return ask(future -> driver.awaitQuiet(future, deadline));
  }

  /**
   * Waits until something holds of the {@link #status}.
   *
   * @param state asked once a tick, on the driver's thread, when the status is as of that tick;
   *     does not block
   * @param withinMillis of time in which this process ran
   * @return completes with whether it held at some tick within the time
   */
  public CompletableFuture<Outcome<Boolean>> awaitState(BooleanSupplier state, long withinMillis) {
    return ask(future -> driver.awaitState(state, future, withinMillis));
  }

  /**
   * Waits until this member is a voter, as far as it knows itself.
   *
   * @return completes with whether it has become one within the time
   */
  public CompletableFuture<Outcome<Boolean>> awaitVote(long withinMillis) {
    long deadline = clockMillis.getAsLong() + withinMillis;
    return ask(future -> driver.awaitVote(future, deadline));
  }

  /**
   * Campaigns as soon as everything that is known to be committed is applied, instead of waiting
   * for an election timeout. (Before that the core would refuse: among it may be the very change
   * that gives this member its vote.)
   */
  public void campaign() {
    inbox.post(driver::campaign);
  }

  /** The state of consensus as of the last turn. */
  public PeerStatus status() {
    return board.status();
  }

  /**
   * The former seats of members that have lost them by a joint change and vote until it is at its
   * end; without those whose address has another member now.
   */
  public Registry stillVoting() {
    return driver.stillVoting();
  }

  /** How far each observer of this leader has the log, as of the last tick. */
  public Map<Long, Long> observerMatch() {
    return board.observerMatch();
  }

  /** How many writes of this peer waited to be applied at the last tick. */
  public int pendingProposals() {
    return driver.proposals().waiting();
  }

  /** How many writes of this peer were answered without word of what became of them. */
  public long failedProposals() {
    return driver.proposals().failed();
  }

  /** What the log takes in memory, as of the last work on it. */
  public long logBytes() {
    return logBytes.getAsLong();
  }

  /** Whether a quorum was in touch so lately. */
  public boolean quorumHeardWithin(long millis) {
    return board.quorumHeardWithin(clockMillis.getAsLong(), millis);
  }

  /** How long ago a quorum was in touch, in milliseconds; 0 on a leader. */
  public long lastContactMillis() {
    return status().isLeader() ? 0 : board.quorumSilentMillis(clockMillis.getAsLong());
  }

  /** Since when the present leader is known, in milliseconds since the epoch; 0 for none. */
  public long leaderSinceMillis() {
    return leadership.leaderSinceMillis();
  }

  @Override
  public void message(Message message) {
    if (!(message instanceof Message.InstallSnapshot)) {
      // Only one that has arrived as a whole can be restored; see snapshotArrived.
      inbox.offerFromNetwork(() -> driver.step(message));
    }
  }

  @Override
  public void forwarded(ForwardedProposals proposals) {
    if (!inbox.offerFromNetwork(() -> driver.takeForwarded(proposals))) {
      forwarding.refuse(proposals, RejectedProposals.Reason.OVERLOADED);
    }
  }

  @Override
  public void refused(RejectedProposals refusal) {
    inbox.offerFromNetwork(() -> driver.takeRefusal(refusal));
  }

  @Override
  public void unreachable(long member) {
    inbox.offerFromNetwork(() -> driver.unreachable(member));
  }

  @Override
  public void processEnded(long member) {
    inbox.offerFromNetwork(() -> driver.processEnded(member));
  }

  @Override
  public String nameOf(long member) {
    return driver.nameOf(member);
  }

  /** Says which machine a member is that has no seat yet, for the log. */
  public void introduce(long member, String machine) {
    driver.introduce(member, machine);
  }

  @Override
  public boolean isObserver() {
    return driver.isObserver();
  }

  @Override
  public Following following() {
    return driver.following();
  }

  @Override
  public void outlived(String reason) {
    inbox.post(() -> driver.outlived(reason));
  }

  @Override
  public void snapshotArrived(Message.InstallSnapshot message) {
    inbox.post(() -> driver.stepArrived(message));
  }

  private long deadline() {
    return clockMillis.getAsLong() + options.requestTimeoutMillis();
  }
}
