package dev.understudy.peer;

import dev.understudy.api.OperatorBackend.Stored;
import dev.understudy.api.OperatorBackend.Written;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.NodeView;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.StoreError;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What operators have set beside the cluster config. A key each in the cluster's own directory, so
 * that every release keeps it, in the log and in snapshots, though only those that know its meaning
 * heed it. While nobody has set anything nothing is written, and the defaults hold. For any thread.
 */
final class OperatorSettings {
  private final DriverProxy driver;
  private final StateMachine machine;
  private final Setting<AutopilotConfig> autopilot =
      new Setting<>(AutopilotConfig.KEY, AutopilotConfig.DEFAULT, AutopilotConfig::fromStored);
  private final Setting<SchedulerConfig> scheduler =
      new Setting<>(SchedulerConfig.KEY, SchedulerConfig.DEFAULT, SchedulerConfig::fromStored);

  OperatorSettings(DriverProxy driver, StateMachine machine) {
    this.driver = driver;
    this.machine = machine;
  }

  Stored<AutopilotConfig> autopilot() {
    return autopilot.read(machine);
  }

  Stored<SchedulerConfig> scheduler() {
    return scheduler.read(machine);
  }

  CompletableFuture<Outcome<Written>> set(AutopilotConfig config, OptionalLong cas) {
    return set(AutopilotConfig.KEY, config.toStored(), cas);
  }

  CompletableFuture<Outcome<Written>> set(SchedulerConfig config, OptionalLong cas) {
    return set(SchedulerConfig.KEY, config.toStored(), cas);
  }

  /**
   * Writes a setting.
   *
   * @param cas the index of the writing that is to be replaced, 0 where there is none yet; empty:
   *     whatever is there
   */
  private CompletableFuture<Outcome<Written>> set(String key, String json, OptionalLong cas) {
    if (cas.isPresent()) {
      return propose(
          cas.getAsLong() == 0
              ? new Operation.Create(key, false, json, OptionalLong.empty())
              : new Operation.CompareAndSwap(
                  key, "", cas.getAsLong(), json, OptionalLong.empty(), false));
    }
    // An update keeps the index of the creation; of the first two at once one finds it created.
    Operation update = new Operation.Update(key, json, OptionalLong.empty(), false);
    Operation create = new Operation.Create(key, false, json, OptionalLong.empty());
    return unlessWritten(
        propose(update), () -> unlessWritten(propose(create), () -> propose(update)));
  }

  private static CompletableFuture<Outcome<Written>> unlessWritten(
      CompletableFuture<Outcome<Written>> first,
      Supplier<CompletableFuture<Outcome<Written>>> then) {
    return first.thenCompose(
        outcome ->
            outcome instanceof Outcome.Done<Written> done && !done.value().written()
                ? then.get()
                : CompletableFuture.completedFuture(outcome));
  }

  private CompletableFuture<Outcome<Written>> propose(Operation operation) {
    return driver.propose(new WriteKey(operation)).thenApply(OperatorSettings::written);
  }

  private static Outcome<Written> written(Outcome<Result> outcome) {
    if (outcome instanceof Outcome.Done<Result> done) {
      if (done.value() instanceof Result.Success success) {
        return new Outcome.Done<>(new Written(true, success.event().node().modifiedIndex()));
      }
      StoreError error = ((Result.Failure) done.value()).error();
      return new Outcome.Done<>(new Written(false, error.index()));
    }
    return outcome instanceof Outcome.NotDone<Result> notDone
        ? new Outcome.NotDone<>(notDone.reason(), notDone.cause())
        : new Outcome.Unknown<>(((Outcome.Unknown<Result>) outcome).cause());
  }

  /** One of them, read again only when it has changed. */
  private static final class Setting<T> {
    private final String key;
    private final Stored<T> unset;
    private final Function<String, T> parser;
    private volatile Stored<T> last;

    Setting(String key, T usual, Function<String, T> parser) {
      this.key = key;
      this.unset = new Stored<>(usual, 0, 0);
      this.parser = parser;
      this.last = unset;
    }

    /**
     * Releases that do not know it let clients write there, even a directory: that sets nothing.
     */
    Stored<T> read(StateMachine machine) {
      Optional<NodeView> node =
          machine.version().get(key, false) instanceof Result.Success found
              ? Optional.of(found.event().node()).filter(there -> !there.dir())
              : Optional.empty();
      if (node.isEmpty()) {
        return unset;
      }
      Stored<T> known = last;
      if (known.modifyIndex() != node.get().modifiedIndex()) {
        known =
            new Stored<>(
                parser.apply(node.get().value()),
                node.get().createdIndex(),
                node.get().modifiedIndex());
        last = known;
      }
      return known;
    }
  }
}
