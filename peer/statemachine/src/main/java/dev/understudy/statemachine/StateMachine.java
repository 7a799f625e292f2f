package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ApiException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.Registry.Verdict;
import dev.understudy.statemachine.proto.CommandProto.Command;
import dev.understudy.statemachine.proto.CommandProto.CreateCluster;
import dev.understudy.statemachine.proto.CommandProto.MachineChange;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.store.Store;
import dev.understudy.store.Version;
import dev.understudy.store.Watchers;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applies committed commands to the key tree, the registry of machines and the cluster's time.
 *
 * <p>{@code apply…} and {@link #restore} are for one thread, the driver's; everything that only
 * reads may be called from any.
 */
public final class StateMachine {
  private final Store store = new Store();
  private final Watchers watchers;
  private volatile Registry registry = Registry.EMPTY;
  private volatile ClusterConfig config = ClusterConfig.DEFAULT;
  private volatile long clusterTimeMillis;

  /**
   * @param watchBuffer how many events may wait for the reader of a stream before it is ended
   */
  public StateMachine(int watchBuffer) {
    this.watchers = new Watchers(store, watchBuffer);
  }

  /** The key tree as of now. */
  public Version version() {
    return store.current();
  }

  /** Those who wait for changes of the key tree. */
  public Watchers watchers() {
    return watchers;
  }

  /** Who holds seats. */
  public Registry registry() {
    return registry;
  }

  /** The cluster config in force. */
  public ClusterConfig config() {
    return config;
  }

  /** The newest cluster time that was applied, in milliseconds since the epoch; 0 before that. */
  public long clusterTimeMillis() {
    return clusterTimeMillis;
  }

  /**
   * Applies a command.
   *
   * @param index the entry's index in the log
   * @throws UnknownCommandException if a newer release wrote it
   */
  public Applied apply(long index, Command command) {
    clusterTimeMillis = Math.max(clusterTimeMillis, command.getClusterTimeMillis());
    return switch (command.getBodyCase()) {
      case WRITE -> write(CommandCodec.operation(command.getWrite()));
      case DELETE -> write(CommandCodec.operation(command.getDelete()));
      case SYNC -> expire();
      case SET_CLUSTER_CONFIG -> setConfig(command.getSetClusterConfig().getJson());
      case CREATE_CLUSTER -> create(command.getCreateCluster());
      case MACHINE_CHANGE -> changeRegistry(index, command.getMachineChange());
      case BODY_NOT_SET -> throw new UnknownCommandException("a command without a known body");
    };
  }

  /**
   * Applies a change of the membership.
   *
   * @param index the entry's index in the log
   * @param change the change as it stands in the log
   * @param command what the change means for the registry; empty when it changes the membership
   *     only
   * @return {@link Applied.Refused} when the membership must not change either
   */
  public Applied applyMembership(long index, ConfChange change, Optional<Command> command) {
    if (command.isPresent()) {
      clusterTimeMillis = Math.max(clusterTimeMillis, command.get().getClusterTimeMillis());
      if (command.get().hasMachineChange()) {
        return changeRegistry(index, command.get().getMachineChange());
      }
    }
    boolean strangers =
        change.steps().stream()
            .anyMatch(step -> step.type() != StepType.REMOVE && !hasSeat(step.member()));
    return strangers
        ? new Applied.Refused(ErrorCode.KEY_NOT_FOUND, "no such member")
        : new Applied.Nothing();
  }

  private boolean hasSeat(long member) {
    return registry.byMember(member).isPresent();
  }

  /** The state as of now, for a snapshot; for the driver's thread. */
  public StateImage image() {
    return new StateImage(store.current(), registry, clusterTimeMillis);
  }

  /** Replaces everything by the state of a snapshot; whoever watches is told that it is over. */
  public void restore(StateImage image) {
    store.replace(image.version());
    registry = image.registry();
    clusterTimeMillis = image.clusterTimeMillis();
    config = readConfig();
    watchers.clear();
  }

  /** The cluster time at which the next key is due; empty when none has a time to live. */
  public OptionalLong nextExpiryMillis() {
    long next = store.current().nextExpirationMillis();
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  private Applied write(Operation operation) {
    return new Applied.KeyResult(applied(operation));
  }

  private Result applied(Operation operation) {
    Result result = store.apply(operation, clusterTimeMillis);
    if (result instanceof Result.Success success) {
      watchers.notify(success);
    }
    return result;
  }

  private Applied expire() {
    store.expire(clusterTimeMillis).forEach(watchers::notify);
    return new Applied.Nothing();
  }

  private Applied create(CreateCluster cluster) {
    applied(set(StoreVersion.KEY, Integer.toString(cluster.getStoreVersion())));
    return setConfig(cluster.getConfigJson());
  }

  /** Merged here, not where it was asked for: of two changes at once neither undoes the other. */
  private Applied setConfig(String subsetJson) {
    applied(set(ClusterConfig.KEY, merged(subsetJson).toJson()));
    config = readConfig();
    return new Applied.ConfigSet(config);
  }

  /** What cannot be read changes nothing; it is refused before it comes into a log. */
  private ClusterConfig merged(String subsetJson) {
    try {
      return config.merge(subsetJson);
    } catch (ApiException e) {
      return config;
    }
  }

  private ClusterConfig readConfig() {
    return valueOf(ClusterConfig.KEY)
        .map(ClusterConfig::fromJsonOrDefault)
        .orElse(ClusterConfig.DEFAULT);
  }

  /** The version of the store that the cluster was created with; see {@link StoreVersion}. */
  public int storeVersion() {
    return valueOf(StoreVersion.KEY)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(Integer::parseInt)
        .orElse(StoreVersion.CURRENT);
  }

  private Optional<String> valueOf(String key) {
    return store.current().get(key, false) instanceof Result.Success found
        ? Optional.ofNullable(found.event().node().value())
        : Optional.empty();
  }

  private Applied changeRegistry(long index, MachineChange change) {
    Verdict verdict = registry.judge(change, config.activeSize());
    if (verdict instanceof Verdict.Refused refused) {
      return new Applied.Refused(refused.code(), refused.cause());
    }
    Registry before = registry;
    registry = ((Verdict.Admitted) verdict).next();
    writeRecords(before, registry);
    return new Applied.SeatsChanged(registry, index);
  }

  /** Brings the machines' records in the key space in line with the registry. */
  private void writeRecords(Registry before, Registry after) {
    Set<String> names = new TreeSet<>(before.seats().keySet());
    names.addAll(after.seats().keySet());
    for (String name : names) {
      Optional<MachineRecord> old = before.byName(name).map(Seat::machine);
      Optional<MachineRecord> now = after.byName(name).map(Seat::machine);
      if (now.isEmpty()) {
        old.ifPresent(gone -> applied(new Operation.Delete(gone.key(), false, false)));
      } else if (!now.equals(old)) {
        applied(set(now.get().key(), now.get().toValue()));
      }
    }
  }

  private static Operation set(String key, String value) {
    return new Operation.Set(key, false, value, OptionalLong.empty(), false);
  }
}
