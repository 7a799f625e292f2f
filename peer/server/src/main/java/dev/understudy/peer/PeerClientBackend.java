package dev.understudy.peer;

import dev.understudy.api.BackendFailure;
import dev.understudy.api.ClientBackend;
import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.ReplicationStatistics;
import dev.understudy.peer.leadership.BackendFailures;
import dev.understudy.peer.leadership.LinearizableReads;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The peer as the client API sees it. */
final class PeerClientBackend implements ClientBackend {
  private static final String CATCHING_UP = "this peer has just started and is catching up";

  private static final CompletableFuture<Boolean> UNHEALTHY =
      CompletableFuture.completedFuture(false);

  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  private final PeerOptions options;
  private final long clusterId;
  private final DriverProxy driver;
  private final StateMachine machine;
  private final LinearizableReads reads;
  private final HealthCheck health;
  private final ClusterClock clock;
  private final ReplicationStatistics replication;
  private final long startMillis;
  private final long readableFromIndex;

  /**
   * @param startMillis when this peer started, in milliseconds since the epoch
   * @param readableFromIndex before this index is applied here, nothing is shown: a peer that has
   *     just joined would show an empty tree
   */
  PeerClientBackend(
      PeerOptions options,
      long clusterId,
      DriverProxy driver,
      StateMachine machine,
      LinearizableReads reads,
      HealthCheck health,
      ClusterClock clock,
      ReplicationStatistics replication,
      long startMillis,
      long readableFromIndex) {
    this.options = options;
    this.clusterId = clusterId;
    this.driver = driver;
    this.machine = machine;
    this.reads = reads;
    this.health = health;
    this.clock = clock;
    this.replication = replication;
    this.startMillis = startMillis;
    this.readableFromIndex = readableFromIndex;
  }

  /**
   * A learner that has not caught up may belong to the cluster no more, and then its leader does
   * not listen: what it sends on has an outcome that nobody learns. So it sends nothing until it
   * has, and a write that came too early is known not to be done.
   */
  @Override
  public CompletableFuture<Result> write(Operation operation) {
    return mayPropose() ? propose(operation) : caughtUp().thenCompose(now -> propose(operation));
  }

  /** Whether what clients want can be proposed now; else once this peer has caught up. */
  boolean mayPropose() {
    return hasCaughtUp() || hasVote();
  }

  private boolean hasVote() {
    PeerStatus status = driver.status();
    return status.voters().contains(status.member());
  }

  private CompletableFuture<Result> propose(Operation operation) {
    return driver
        .propose(new WriteKey(operation))
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Done<Result> done
                    ? CompletableFuture.completedFuture(done.value())
                    : CompletableFuture.failedFuture(BackendFailures.of(outcome)));
  }

  /**
   * On a leader the read waits for the gate first: until the barrier of its term is applied and its
   * duties run, it answers nothing. When leadership changes meanwhile, the read asks again, until
   * its deadline.
   */
  @Override
  public CompletableFuture<Void> linearizable() {
    return reads.read();
  }

  /** Why this peer shows nothing yet; empty once it has caught up. */
  Optional<String> reasonToWait() {
    return hasCaughtUp() ? Optional.empty() : Optional.of(CATCHING_UP);
  }

  private boolean hasCaughtUp() {
    return driver.status().applied() >= readableFromIndex;
  }

  @Override
  public CompletableFuture<Void> caughtUp() {
    return hasCaughtUp()
        ? DONE
        : driver
            .awaitApplied(readableFromIndex)
            .thenCompose(
                outcome ->
                    outcome instanceof Outcome.Done
                        ? DONE
                        : CompletableFuture.failedFuture(
                            new BackendFailure.NotApplied(CATCHING_UP)));
  }

  @Override
  public Version version() {
    return machine.version();
  }

  @Override
  public Watchers watchers() {
    return machine.watchers();
  }

  @Override
  public long nowMillis() {
    return clock.nowMillis();
  }

  @Override
  public long shownOffsetMillis() {
    return clock.shownOffsetMillis();
  }

  @Override
  public long raftIndex() {
    return driver.status().applied();
  }

  @Override
  public long raftTerm() {
    return driver.status().term();
  }

  @Override
  public long clusterId() {
    return clusterId;
  }

  @Override
  public CompletableFuture<Boolean> healthy() {
    return hasCaughtUp() && driver.status().leader() != 0 ? health.check() : UNHEALTHY;
  }

  @Override
  public List<Member> members() {
    return machine.registry().all().stream().map(PeerClientBackend::member).toList();
  }

  @Override
  public Optional<Member> leader() {
    return machine.registry().byMember(driver.status().leader()).map(PeerClientBackend::member);
  }

  private static Member member(Seat seat) {
    return new Member(seat.member(), seat.name(), seat.peerUrl(), seat.clientUrl());
  }

  @Override
  public PeerStatistics statistics() {
    PeerStatus status = driver.status();
    ReplicationStatistics.Rates rates = replication.rates();
    return new PeerStatistics(
        status.member(),
        options.self().name(),
        status.isLeader(),
        status.leader(),
        startMillis,
        driver.leaderSinceMillis(),
        replication.appendsReceived(),
        replication.appendsSent(),
        new AppendRates(
            rates.sentMessages(),
            rates.sentBytes(),
            rates.receivedMessages(),
            rates.receivedBytes()));
  }

  @Override
  public Optional<List<FollowerStatistics>> followers() {
    return driver.status().isLeader()
        ? Optional.of(replication.followers().stream().map(PeerClientBackend::statistics).toList())
        : Optional.empty();
  }

  private static FollowerStatistics statistics(ReplicationStatistics.Follower follower) {
    return new FollowerStatistics(
        follower.member(),
        follower.current(),
        follower.average(),
        follower.standardDeviation(),
        follower.minimum(),
        follower.maximum(),
        follower.refused(),
        follower.answered());
  }
}
