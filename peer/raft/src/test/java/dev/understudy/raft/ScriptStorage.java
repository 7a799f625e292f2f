package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node's storage and application in the interaction scripts. */
final class ScriptStorage {
  /** A failure that a script expects as text. */
  static final class ScriptError extends Exception {
    private static final long serialVersionUID = 1;

    ScriptError(String message) {
      super(message);
    }
  }

  private final List<Snapshot> history = new ArrayList<>();
  private final MemoryStorage log = new MemoryStorage(base -> Optional.of(newest()));

  ScriptStorage(Snapshot bootstrap) throws ScriptError {
    history.add(bootstrap);
    if (!bootstrap.isEmpty() || !bootstrap.metadata().confState().isEmpty()) {
      install(bootstrap);
    }
  }

  MemoryStorage log() {
    return log;
  }

  /** The state after the newest applied entry. */
  Snapshot newest() {
    return history.get(history.size() - 1);
  }

  void persist(HardState hardState, List<Entry> entries, Optional<Snapshot> snapshot)
      throws ScriptError {
    if (!hardState.isEmpty()) {
      log.setHardState(hardState);
    }
    if (snapshot.isPresent() && !snapshot.get().isEmpty()) {
      if (!entries.isEmpty()) {
        throw new ScriptError("can't apply snapshot and entries at the same time");
      }
      install(snapshot.get());
    } else {
      log.append(entries);
    }
  }

  private void install(Snapshot snapshot) throws ScriptError {
    if (!log.applySnapshot(snapshot)) {
      throw new ScriptError("requested index is older than the existing snapshot");
    }
  }

  void apply(RaftCore core, List<Entry> entries) {
    for (Entry entry : entries) {
      ConfState confState = newest().metadata().confState();
      byte[] data;
      if (entry.payload() instanceof Payload.Change change) {
        confState = core.applyConfChange(entry.index(), change.change());
        data = change.change().context();
      } else {
        data = ((Payload.Normal) entry.payload()).data();
      }
      history.add(
          new Snapshot(new SnapshotMetadata(entry.term(), entry.index(), confState), joined(data)));
    }
  }

  private byte[] joined(byte[] more) {
    byte[] before = newest().data();
    byte[] all = java.util.Arrays.copyOf(before, before.length + more.length);
    System.arraycopy(more, 0, all, before.length, more.length);
    return all;
  }

  void compact(long index) throws ScriptError {
    if (!log.compact(index)) {
      throw new ScriptError("requested index is unavailable due to compaction");
    }
  }

  String describe() {
    if (log.lastIndex() < log.firstIndex()) {
      return "log is empty: first index=" + log.firstIndex() + ", last index=" + log.lastIndex();
    }
    StringBuilder text = new StringBuilder();
    for (Entry entry : log.entries(log.firstIndex(), log.lastIndex() + 1, RaftConfig.NO_LIMIT)) {
      text.append(Describe.entry(entry)).append('\n');
    }
    return text.toString();
  }
}
