package dev.understudy.peer;

import dev.understudy.api.BackendFailure;
import dev.understudy.api.v1.LockBackend;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.leadership.BackendFailures;
import dev.understudy.peer.leadership.LinearizableReads;
import dev.understudy.peer.leadership.SessionTimers;
import dev.understudy.statemachine.ClientCommands;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import dev.understudy.tables.Watch;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Sessions and locks of a peer as clients see them. For any thread. */
final class PeerLocks implements LockBackend {
  /** Far less than any time to live. */
  private static final long CONFIRMED_FOR_MILLIS = 100;

  /** A term, and when it was certain that it had no successor. */
  private record Confirmed(long term, long sinceMillis) {}

  private final String node;
  private final DriverProxy driver;
  private final StateMachine machine;
  private final PeerClientBackend keys;
  private final LinearizableReads reads;
  private final SessionTimers timers;
  private final BooleanSupplier knownEverywhere;
  private final LongSupplier clockMillis;
  private final SplittableRandom random;
  private volatile Confirmed confirmed = new Confirmed(0, 0);

  /**
   * @param node this machine's name
   * @param keys knows when a learner may send on what its clients want
   * @param timers of the leader
   * @param knownEverywhere whether every member can apply what is asked for here
   * @param clockMillis monotonic, the one that the timers are turned by
   */
  PeerLocks(
      String node,
      DriverProxy driver,
      StateMachine machine,
      PeerClientBackend keys,
      LinearizableReads reads,
      SessionTimers timers,
      BooleanSupplier knownEverywhere,
      LongSupplier clockMillis,
      long seed) {
    this.node = node;
    this.driver = driver;
    this.machine = machine;
    this.keys = keys;
    this.reads = reads;
    this.timers = timers;
    this.knownEverywhere = knownEverywhere;
    this.clockMillis = clockMillis;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public String node() {
    return node;
  }

  @Override
  public Snapshot current() {
    return machine.locks().current();
  }

  @Override
  public <T> Watch<T> watch(Read<T> read, Runnable changed) {
    return machine.locks().watch(read, changed);
  }

  @Override
  public CompletableFuture<Optional<Session>> create(Session session) {
    return propose(new Command.CreateSession(session));
  }

  @Override
  public CompletableFuture<Integer> end(String id) {
    return propose(new Command.EndSessions(List.of(id)));
  }

  @Override
  public CompletableFuture<TxnResult> apply(List<LockOperation> steps) {
    return propose(new Command.ChangeEntries(steps));
  }

  /** A follower asks its own gate, too: its words reach the client, those of the leader do not. */
  private <R> CompletableFuture<R> propose(Command<R> command) {
    if (!knownEverywhere.getAsBoolean()) {
      return CompletableFuture.failedFuture(
          new BackendFailure.NotApplied(ClientCommands.NOT_KNOWN_EVERYWHERE));
    }
    return keys.mayPropose()
        ? proposeNow(command)
        : keys.caughtUp().thenCompose(now -> proposeNow(command));
  }

  private <R> CompletableFuture<R> proposeNow(Command<R> command) {
    return driver
        .propose(command)
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Done<R> done
                    ? CompletableFuture.completedFuture(done.value())
                    : CompletableFuture.failedFuture(BackendFailures.of(outcome)));
  }

  /**
   * A renewal counts from a moment at which a quorum has confirmed that this peer leads: whoever
   * leads next begins to count later than that, and gives twice the time to live. So a moment that
   * is a little earlier than the renewal will do, and thousands of renewals a second cost ten
   * confirmations.
   */
  @Override
  public CompletableFuture<Renewal> renew(String id) {
    PeerStatus status = driver.status();
    if (!status.isLeader()) {
      return CompletableFuture.completedFuture(elsewhere());
    }
    long nowMillis = clockMillis.getAsLong();
    Confirmed last = confirmed;
    if (last.term() == status.term() && nowMillis - last.sinceMillis() <= CONFIRMED_FOR_MILLIS) {
      Optional<Session> session = LockTables.session(id).of(current());
      if (session.isPresent()) {
        return renewed(session.get(), last.sinceMillis());
      }
      // Made by way of a follower, it may not have been applied here yet.
    }
    return reads
        .read()
        .thenCompose(
            done -> {
              // Else it may have been another leader's quorum.
              PeerStatus after = driver.status();
              if (!after.isLeader() || after.term() != status.term()) {
                return CompletableFuture.completedFuture(elsewhere());
              }
              confirmed = new Confirmed(status.term(), nowMillis);
              return LockTables.session(id)
                  .of(current())
                  .map(session -> renewed(session, nowMillis))
                  .orElseGet(() -> CompletableFuture.completedFuture(new Renewal.Unknown()));
            });
  }

  private CompletableFuture<Renewal> renewed(Session session, long sinceMillis) {
    return timers
        .renew(session, sinceMillis)
        .thenApply(
            became ->
                switch (became) {
                  case RENEWED -> new Renewal.Renewed(session);
                  case ENDED -> new Renewal.Unknown();
                  case NOT_LEADING -> elsewhere();
                  case UNKNOWN ->
                      throw new CompletionException(
                          new BackendFailure.OutcomeUnknown(
                              "the session was not renewed in time; whether it has ended is"
                                  + " unknown"));
                });
  }

  private Renewal elsewhere() {
    return new Renewal.Elsewhere(
        machine
            .registry()
            .byMember(driver.status().leader())
            .map(Seat::clientUrl)
            .filter(url -> !url.isEmpty() && !driver.status().isLeader()));
  }

  @Override
  public long lastContactMillis() {
    return driver.lastContactMillis();
  }

  @Override
  public long random(long bound) {
    synchronized (random) {
      return random.nextLong(bound);
    }
  }
}
