package dev.understudy.peer;

import dev.understudy.api.BackendFailure;
import dev.understudy.api.access.AccessBackend;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.leadership.BackendFailures;
import dev.understudy.statemachine.ClientCommands;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.users.ChangeResult;
import dev.understudy.users.UserChange;
import dev.understudy.users.Users;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Users and roles of a peer as clients see them. For any thread. */
final class PeerUsers implements AccessBackend {
  private final DriverProxy driver;
  private final StateMachine machine;
  private final PeerClientBackend keys;
  private final BooleanSupplier knownEverywhere;

  /**
   * @param keys knows when a learner may send on what its clients want
   * @param knownEverywhere whether every member can apply what is asked for here
   */
  PeerUsers(
      DriverProxy driver,
      StateMachine machine,
      PeerClientBackend keys,
      BooleanSupplier knownEverywhere) {
    this.driver = driver;
    this.machine = machine;
    this.keys = keys;
    this.knownEverywhere = knownEverywhere;
  }

  @Override
  public Users users() {
    return machine.users();
  }

  @Override
  public CompletableFuture<Void> caughtUp() {
    return keys.caughtUp();
  }

  @Override
  public CompletableFuture<Void> upToDate() {
    return keys.linearizable();
  }

  /** A follower asks its own gate, too: its words reach the client, those of the leader do not. */
  @Override
  public CompletableFuture<ChangeResult> change(UserChange change) {
    if (!knownEverywhere.getAsBoolean()) {
      return CompletableFuture.failedFuture(
          new BackendFailure.NotApplied(ClientCommands.USERS_NOT_KNOWN_EVERYWHERE));
    }
    return keys.mayPropose()
        ? propose(change)
        : keys.caughtUp().thenCompose(now -> propose(change));
  }

  private CompletableFuture<ChangeResult> propose(UserChange change) {
    return driver
        .propose(new Command.ChangeUsers(change))
        .thenCompose(
            outcome ->
                outcome instanceof Outcome.Done<ChangeResult> done
                    ? CompletableFuture.completedFuture(done.value())
                    : CompletableFuture.failedFuture(BackendFailures.of(outcome)));
  }
}
