package dev.understudy.locks;

import dev.understudy.locks.TxnResult.Failure;
import dev.understudy.locks.TxnResult.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules of each step of a transaction. */
final class Steps {
  /**
   * What the trees of one transaction may come to. Every member walks them, on the one thread that
   * applies, and keeps them until all steps are done.
   */
  static final long MAX_TREE_BYTES = 16 << 20;

  private final EntryWriter writer;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private int step;
  private long treeBytes;

  private Steps(EntryWriter writer) {
    this.writer = writer;
  }

  static TxnResult take(List<LockOperation> operations, EntryWriter writer) {
    Steps steps = new Steps(writer);
    for (LockOperation operation : operations) {
      steps.take(operation);
      steps.step++;
    }
    return new TxnResult(steps.failures.isEmpty() ? steps.entries : List.of(), steps.failures);
  }

  private void take(LockOperation operation) {
    switch (operation.verb()) {
      case SET -> write(operation);
      case CAS -> compareAndSet(operation);
      case LOCK -> lock(operation);
      case UNLOCK -> unlock(operation);
      case GET -> get(operation);
      case GET_TREE -> getTree(operation);
      case CHECK_INDEX ->
          check(operation, hasIndex(operation), "current modify index does not match");
      case CHECK_SESSION -> check(operation, isHeldBy(operation), "current session does not match");
      case CHECK_NOT_EXISTS -> checkNotExists(operation);
      case DELETE -> writer.delete(operation.key());
      case DELETE_TREE -> writer.deleteAll(List.copyOf(writer.tree(operation.key())));
      case DELETE_CAS -> compareAndDelete(operation);
    }
  }

  private void fail(Reason reason, String what) {
    failures.add(new Failure(step, reason, what));
  }

  /** Whoever holds it keeps it: locks are advisory. */
  private Entry written(LockOperation operation) {
    return writer
        .get(operation.key())
        .map(there -> there.written(operation.value(), operation.flags(), writer.index()))
        .orElseGet(
            () ->
                new Entry(
                    operation.key(),
                    operation.value(),
                    operation.flags(),
                    "",
                    writer.index(),
                    writer.index(),
                    0));
  }

  private void put(Entry entry) {
    entries.add(writer.put(entry).withoutValue());
  }

  private void write(LockOperation operation) {
    put(written(operation));
  }

  private void compareAndSet(LockOperation operation) {
    boolean matches =
        operation.index() == 0 ? writer.get(operation.key()).isEmpty() : hasIndex(operation);
    if (matches) {
      write(operation);
    } else {
      fail(Reason.MISMATCH, "failed to set key \"" + operation.key() + "\", index is stale");
    }
  }

  private boolean hasIndex(LockOperation operation) {
    return writer
        .get(operation.key())
        .filter(there -> there.modifyIndex() == operation.index())
        .isPresent();
  }

  private boolean isHeldBy(LockOperation operation) {
    return writer
        .get(operation.key())
        .filter(there -> there.isHeld() && there.session().equals(operation.session()))
        .isPresent();
  }

  private void lock(LockOperation operation) {
    String key = operation.key();
    if (!writer.hasSession(operation.session())) {
      fail(Reason.NO_SESSION, "invalid session \"" + operation.session() + "\"");
      return;
    }
    Optional<Entry> there = writer.get(key);
    boolean free = there.isEmpty() || !there.get().isHeld();
    if (!free && !isHeldBy(operation)) {
      fail(Reason.HELD_OTHERWISE, "failed to lock key \"" + key + "\", lock is already held");
    } else if (free && writer.isDelayed(key)) {
      fail(Reason.LOCK_DELAY, "failed to lock key \"" + key + "\" due to lock delay");
    } else {
      Entry entry = written(operation);
      put(free ? entry.takenBy(operation.session(), writer.index()) : entry);
    }
  }

  private void unlock(LockOperation operation) {
    if (isHeldBy(operation)) {
      put(written(operation).released(writer.index()));
    } else {
      fail(
          Reason.HELD_OTHERWISE,
          "failed to unlock key \""
              + operation.key()
              + "\", lock isn't held, or is held by another"
              + " session");
    }
  }

  private void get(LockOperation operation) {
    Optional<Entry> there = writer.get(operation.key());
    there.ifPresentOrElse(
        entries::add, () -> fail(Reason.MISMATCH, "key \"" + operation.key() + "\" doesn't exist"));
  }

  private void getTree(LockOperation operation) {
    for (Entry entry : writer.tree(operation.key())) {
      treeBytes += entry.bytes();
      if (treeBytes > MAX_TREE_BYTES) {
        fail(Reason.TOO_MUCH, "trees of more than " + MAX_TREE_BYTES + " bytes in a transaction");
        return;
      }
      entries.add(entry);
    }
  }

  private void check(LockOperation operation, boolean holds, String what) {
    if (holds) {
      entries.add(writer.get(operation.key()).orElseThrow().withoutValue());
    } else {
      fail(Reason.MISMATCH, "failed check of key \"" + operation.key() + "\": " + what);
    }
  }

  private void checkNotExists(LockOperation operation) {
    if (writer.get(operation.key()).isPresent()) {
      fail(Reason.MISMATCH, "key \"" + operation.key() + "\" exists");
    }
  }

  /** What is not there is as good as deleted. */
  private void compareAndDelete(LockOperation operation) {
    if (writer.get(operation.key()).isEmpty() || hasIndex(operation)) {
      writer.delete(operation.key());
    } else {
      fail(Reason.MISMATCH, "failed to delete key \"" + operation.key() + "\", index is stale");
    }
  }
}
