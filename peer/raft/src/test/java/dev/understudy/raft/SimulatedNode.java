package dev.understudy.raft;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A member of a simulated group: a core, a disk that survives crashes, and an application. */
final class SimulatedNode {
  /** What the node does with messages. */
  interface Network {
    void send(Message message);
  }

  private final long id;
  private final RaftConfig config;
  private final Jitter jitter;
  private final Safety safety;
  private final Network network;
  private final MemoryStorage disk = new MemoryStorage(base -> newest());
  private final ArrayDeque<Ready> toPersist = new ArrayDeque<>();
  private final ArrayDeque<Ready> toAcknowledge = new ArrayDeque<>();
  private final ArrayDeque<Ready> toApply = new ArrayDeque<>();
  private final List<ReadState> reads = new ArrayList<>();
  private RaftCore core;
  private int downFor;
  private long appliedIndex;
  private long appliedTerm;
  private long snapshotIndex;
  private long state;
  private ConfState confState = ConfState.EMPTY;

  SimulatedNode(
      long id,
      RaftConfig config,
      Jitter jitter,
      Safety safety,
      Network network,
      Optional<Snapshot> bootstrap) {
    this.id = id;
    this.config = config;
    this.jitter = jitter;
    this.safety = safety;
    this.network = network;
    bootstrap.ifPresent(disk::applySnapshot);
    start();
  }

  long id() {
    return id;
  }

  boolean isUp() {
    return core != null;
  }

  RaftCore core() {
    return core;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  long state() {
    return state;
  }

  /** Answers to reads since the last call. */
  List<ReadState> takeReads() {
    List<ReadState> taken = List.copyOf(reads);
    reads.clear();
    return taken;
  }

  // ---- life

  /** Starts from what is on the disk; the application begins with the snapshot. */
  void start() {
    Snapshot base = disk.base();
    loadState(base);
    core = new RaftCore(id, config, disk, appliedIndex, jitter, RaftEvents.NONE, removed -> false);
    safety.forget(id);
    safety.check(core);
  }

  /** Loses everything that is not on the disk. */
  void crash(int ticks) {
    core = null;
    downFor = ticks;
    toPersist.clear();
    toAcknowledge.clear();
    toApply.clear();
    reads.clear();
  }

  /** One tick; a crashed node comes back after a while. */
  void tick() {
    if (core != null) {
      core.tick();
      safety.check(core);
    } else if (--downFor <= 0) {
      start();
    }
  }

  // ---- work

  /** Takes a Ready and does what may be done at once. */
  boolean takeReady() {
    boolean outstanding = !config.asyncStorageWrites() && !isIdle();
    if (core == null || outstanding || !core.hasReady()) {
      return false;
    }
    Ready ready = core.ready();
    ready.sendNow().forEach(network::send);
    reads.addAll(ready.reads());
    safety.checkLogMatching(core, ready.persist());
    if (!config.asyncStorageWrites() || ready.needsStorage()) {
      toPersist.add(ready);
    }
    if (config.asyncStorageWrites() && ready.needsApply()) {
      toApply.add(ready);
    }
    return true;
  }

  /** Writes the next Ready to the disk; a crash behind this may come before anybody is told. */
  boolean persist() {
    Ready ready = toPersist.poll();
    if (ready == null) {
      return false;
    }
    ready.hardState().ifPresent(disk::setHardState);
    ready.snapshot().ifPresent(disk::applySnapshot);
    disk.append(ready.persist());
    toAcknowledge.add(ready);
    return true;
  }

  /** Tells others and the core that a Ready is on the disk. */
  boolean acknowledge() {
    Ready ready = toAcknowledge.poll();
    if (ready == null) {
      return false;
    }
    ready.sendOncePersisted().forEach(network::send);
    ready.snapshot().ifPresent(this::restore);
    if (config.asyncStorageWrites()) {
      core.persisted(ready);
    } else {
      ready.apply().forEach(this::apply);
      core.advance(ready);
    }
    safety.check(core);
    return true;
  }

  /** Applies what the next Ready brings, with asynchronous storage. */
  boolean applyNext() {
    Ready ready = toApply.poll();
    if (ready == null) {
      return false;
    }
    ready.apply().forEach(this::apply);
    core.applied(ready);
    safety.check(core);
    return true;
  }

  boolean isIdle() {
    return toPersist.isEmpty() && toAcknowledge.isEmpty() && toApply.isEmpty();
  }

  /** Forgets entries that the application has, but for the last few. */
  void compact(long keep) {
    long index = appliedIndex - keep;
    if (core != null
        && isIdle()
        && index >= disk.firstIndex()
        && appliedIndex <= disk.lastIndex()) {
      Snapshot own = newest().orElseThrow();
      disk.createSnapshot(own.metadata().index(), own.metadata().confState(), own.data());
      disk.compact(index);
    }
  }

  private void apply(Entry entry) {
    if (entry.index() <= snapshotIndex) {
      // A snapshot has come while this waited.
      return;
    }
    if (entry.index() != appliedIndex + 1) {
      throw new AssertionError("applies " + entry.id() + " after " + appliedIndex + " at " + id);
    }
    if (entry.payload() instanceof Payload.Change change) {
      confState = core.applyConfChange(entry.index(), change.change());
    }
    appliedIndex = entry.index();
    appliedTerm = entry.term();
    state = 31 * state + Safety.payload(entry) + entry.term();
    safety.checkApplied(core, entry, state);
  }

  private void restore(Snapshot snapshot) {
    loadState(snapshot);
    safety.checkState(core, appliedIndex, state);
  }

  private void loadState(Snapshot snapshot) {
    snapshotIndex = snapshot.metadata().index();
    appliedIndex = snapshot.metadata().index();
    appliedTerm = snapshot.metadata().term();
    confState = snapshot.metadata().confState();
    state = snapshot.isEmpty() ? 0 : ByteBuffer.wrap(snapshot.data()).getLong();
  }

  /** The snapshot of a group's first members. */
  static Snapshot bootstrap(ConfState confState) {
    return new Snapshot(new SnapshotMetadata(1, 1, confState), new byte[Long.BYTES]);
  }

  private Optional<Snapshot> newest() {
    if (appliedIndex == 0) {
      return Optional.empty();
    }
    byte[] data = ByteBuffer.allocate(Long.BYTES).putLong(state).array();
    return Optional.of(
        new Snapshot(new SnapshotMetadata(appliedTerm, appliedIndex, confState), data));
  }
}
