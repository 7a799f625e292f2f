package dev.understudy.peer;

import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.NodeView;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The machines that an operator has taken out for good: they stand by until somebody allows them a
 * seat again. A key each in the cluster's own directory, so every release keeps it, in the log and
 * in snapshots, though only those that know its meaning heed it. For any thread.
 */
final class TakenOut {
  private static final String DIRECTORY = "/_etcd/out";

  private final DriverProxy driver;
  private final StateMachine machine;

  TakenOut(DriverProxy driver, StateMachine machine) {
    this.driver = driver;
    this.machine = machine;
  }

  /** Whether the machine of that name is to get no seat. */
  boolean contains(String name) {
    return machine.version().get(key(name), false) instanceof Result.Success;
  }

  /** The names of all of them. */
  Set<String> all() {
    if (!(machine.version().get(DIRECTORY, false) instanceof Result.Success found)) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (NodeView key : found.event().node().nodes()) {
      names.add(key.key().substring(DIRECTORY.length() + 1));
    }
    return names;
  }

  private static String key(String name) {
    return DIRECTORY + "/" + name;
  }

  /** Takes a machine out; completes when that is applied. */
  CompletableFuture<Outcome<Result>> add(String name) {
    return driver.propose(
        new WriteKey(new Operation.Set(key(name), false, "true", OptionalLong.empty(), false)));
  }

  /** Allows a machine to take seats again; completes when that is applied. */
  CompletableFuture<Outcome<Result>> remove(String name) {
    return driver.propose(new WriteKey(new Operation.Delete(key(name), false, false)));
  }
}
