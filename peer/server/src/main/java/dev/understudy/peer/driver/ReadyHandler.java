package dev.understudy.peer.driver;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Ready;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.transport.Transport;
import dev.understudy.wal.AppendOutcome;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/**
 * Turns a {@link Ready} into work: messages to the network, entries to the log's thread, committed
 * entries to the state machine, and a snapshot when one is due.
 *
 * <p>For the driver's thread only; what other threads report comes back through the inbox.
 */
final class ReadyHandler {
  /** How often a snapshot is tried while the log grows by its bound in bytes. */
  private static final int SNAPSHOT_TRIES = 8;

  private final RaftCore core;
  private final MemoryStorage raftLog;
  private final StateMachine machine;
  private final Wal wal;
  private final Snapshotter snapshots;
  private final Transport network;
  private final ReplicationStatistics statistics;
  private final RaftEventLog events;
  private final DriverOptions options;
  private final Inbox inbox;
  private final Applier applier;
  private final PendingReads reads;
  private final LongPredicate observers;

  private int outstandingWrites;
  private boolean savingSnapshot;
  private boolean snapshotWanted;
  private long lastSnapshotIndex;

  /** What the log took in memory when it was last made shorter, or was to be. */
  private long bytesAtSnapshot;

  private volatile long logBytes;

  /**
   * @param observers who copies the log without being a member
   */
  ReadyHandler(
      DriverWorld world,
      DriverOptions options,
      Inbox inbox,
      Applier applier,
      PendingReads reads,
      LongPredicate observers) {
    this.observers = observers;
    this.core = world.core();
    this.raftLog = world.log();
    this.machine = world.machine();
    this.wal = world.wal();
    this.snapshots = world.snapshots();
    this.network = world.network();
    this.statistics = world.statistics();
    this.events = world.raftEvents();
    this.options = options;
    this.inbox = inbox;
    this.applier = applier;
    this.reads = reads;
    this.lastSnapshotIndex = snapshots.newest().map(SnapshotMetadata::index).orElse(0L);
  }

  /**
   * Whether the log's thread is not too far behind; if it is, it wakes the driver when it is not.
   */
  boolean mayTakeMore() {
    return outstandingWrites < options.maxOutstandingWrites();
  }

  void take(Ready ready) {
    send(ready.sendNow());
    if (ready.needsStorage()) {
      store(ready);
    }
    if (ready.needsApply()) {
      applier.apply(ready.apply());
      core.applied(ready);
    }
    ready.reads().forEach(reads::confirmed);
    maybeSaveSnapshot();
    logBytes = raftLog.bytes();
  }

  /** What the log takes in memory. Any thread. */
  long logBytes() {
    return logBytes;
  }

  private void store(Ready ready) {
    boolean nothingToWrite =
        ready.persist().isEmpty() && ready.hardState().isEmpty() && ready.snapshot().isEmpty();
    if (nothingToWrite && outstandingWrites == 0) {
      persisted(ready);
      return;
    }
    outstandingWrites++;
    WalBatch batch =
        ready
            .snapshot()
            .map(
                snapshot ->
                    WalBatch.installed(snapshot.metadata(), ready.persist(), ready.hardState()))
            .orElseGet(() -> new WalBatch(Optional.empty(), ready.persist(), ready.hardState()));
    AppendOutcome outcome =
        wal.append(
            batch,
            () ->
                inbox.post(
                    () -> {
                      outstandingWrites--;
                      persisted(ready);
                    }));
    if (outcome == AppendOutcome.FULL) {
      throw new IllegalStateException(
          "the log holds fewer batches than the driver may have outstanding");
    }
    // Refused: the log has failed or is closed, which its owner knows; nothing is acknowledged.
  }

  /** The disk has it: now what depends on that may leave. */
  private void persisted(Ready ready) {
    ready.snapshot().ifPresent(this::install);
    if (!ready.persist().isEmpty()) {
      raftLog.append(ready.persist());
    }
    send(ready.sendOncePersisted());
    core.persisted(ready);
  }

  private void install(Snapshot snapshot) {
    SnapshotMetadata metadata = snapshot.metadata();
    StateImage image =
        snapshots
            .takeArrived(metadata)
            .orElseThrow(
                () ->
                    new IllegalStateException("no state for the snapshot at " + metadata.index()));
    machine.restore(image);
    raftLog.applySnapshot(snapshot);
    lastSnapshotIndex = metadata.index();
    applier.restored(metadata.index(), metadata.term());
    snapshots.marked(metadata, wal::release);
    events.snapshotInstalled(metadata);
  }

  /** The file of a snapshot that consensus has not taken would lie about until the next start. */
  void discardUnlessRestoring(SnapshotMetadata arrived) {
    if (!core.isRestoring(arrived)) {
      snapshots.discard(arrived);
    }
  }

  private void send(List<Message> messages) {
    if (messages.isEmpty()) {
      return;
    }
    List<Message> small = new ArrayList<>(messages.size());
    for (Message message : messages) {
      if (message instanceof Message.InstallSnapshot install) {
        sendSnapshot(install);
      } else {
        small.add(message);
        statistics.sent(message);
      }
    }
    network.send(small);
  }

  /**
   * A member that has just come is in no snapshot that was taken before, and refuses one in which
   * it is not: it has to wait for a new one. A learner waits until a joint configuration is left,
   * which can be done without it. An observer is in none and takes any.
   */
  private void sendSnapshot(Message.InstallSnapshot message) {
    boolean isMember = message.snapshot().metadata().confState().contains(message.to());
    if (!isMember && !observers.test(message.to())) {
      ConfState members = core.confState();
      snapshotWanted |= !members.isJoint() || members.voters().contains(message.to());
      inbox.post(() -> core.reportSnapshot(message.to(), false));
      return;
    }
    events.snapshotSending(message.snapshot().metadata(), message.to());
    snapshots.send(
        message,
        network,
        events.names().of(message.to()),
        delivered -> inbox.post(() -> snapshotDelivered(message.to(), delivered)));
  }

  /** The follower's own answer may have come before, and then the core has no use for this. */
  private void snapshotDelivered(long member, boolean delivered) {
    events.snapshotDelivered(member, delivered);
    core.reportSnapshot(member, delivered);
  }

  /** The state as of now, and what it stands for. */
  StateCapture capture() {
    return new StateCapture(metadata(applier.appliedIndex()), machine.image());
  }

  private SnapshotMetadata metadata(long applied) {
    return new SnapshotMetadata(raftLog.term(applied), applied, core.confState());
  }

  /**
   * Not in a joint configuration, unless that cannot be left without: the registry of that moment
   * does not say any more where those are who leave, and who begins with such a snapshot could not
   * reach them, though their votes count. The log, which is read behind an earlier one, says so.
   */
  private void maybeSaveSnapshot() {
    long applied = applier.appliedIndex();
    boolean due =
        snapshotWanted
            || !core.confState().isJoint()
                && (applied - lastSnapshotIndex >= options.snapshotCount() || isLogTooLarge());
    if (savingSnapshot || !due || applied <= lastSnapshotIndex) {
      return;
    }
    savingSnapshot = true;
    snapshotWanted = false;
    bytesAtSnapshot = raftLog.bytes();
    lastSnapshotIndex = applied;
    SnapshotMetadata metadata = metadata(applied);
    snapshots.save(
        metadata, machine.image(), failure -> inbox.post(() -> snapshotSaved(metadata, failure)));
  }

  /** One that cannot be saved is not tried again at once. */
  private boolean isLogTooLarge() {
    long bytes = raftLog.bytes();
    return bytes > options.maxLogBytes()
        && bytes - bytesAtSnapshot > options.maxLogBytes() / SNAPSHOT_TRIES;
  }

  private void snapshotSaved(SnapshotMetadata metadata, Optional<IOException> failure) {
    savingSnapshot = false;
    if (failure.isPresent()) {
      events.snapshotNotSaved(metadata, failure.get());
      return;
    }
    outstandingWrites++;
    wal.append(WalBatch.taken(metadata), () -> inbox.post(() -> forgetBehind(metadata)));
  }

  private void forgetBehind(SnapshotMetadata metadata) {
    outstandingWrites--;
    snapshots.marked(metadata, wal::release);
    long keepFrom =
        Math.max(
            metadata.index() - options.catchUpEntries(),
            raftLog.lowestBehindWhich(metadata.index(), options.maxLogBytes() / 2));
    raftLog.compact(Math.min(keepFrom, raftLog.lastIndex()));
    bytesAtSnapshot = raftLog.bytes();
    events.snapshotSaved(metadata);
  }
}
