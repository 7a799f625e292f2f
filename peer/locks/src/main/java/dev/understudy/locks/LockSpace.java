package dev.understudy.locks;

import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import dev.understudy.tables.Tables;
import dev.understudy.tables.Transaction;
import dev.understudy.tables.Watch;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Sessions, and the entries that they may hold. One thread at a time changes it; anybody reads.
 * What a change comes to depends on what was done before and on the arguments alone.
 */
public final class LockSpace {
  private final Tables tables = newTables();
  private volatile long bytes;

  /** The same, for the writer. */
  private long countedBytes;

  private static Tables newTables() {
    return Tables.of(
        LockTables.SESSIONS, LockTables.ENTRIES, LockTables.DELAYS, LockTables.DELETIONS);
  }

  /** All there is, as of now. */
  public Snapshot current() {
    return tables.current();
  }

  /** About what sessions and entries take in memory. */
  public long bytes() {
    return bytes;
  }

  /** Asks, and is told of the first change; see {@link Tables#watch}. */
  public <T> Watch<T> watch(Read<T> read, Runnable changed) {
    return tables.watch(read, changed);
  }

  /** How many wait for a change. */
  public int watchCount() {
    return tables.watchCount();
  }

  /** Nobody will wait any more. */
  public void close() {
    tables.close();
  }

  /**
   * Makes a session.
   *
   * @param index of the log entry
   * @return the session; empty when there is one of that id
   */
  public Optional<Session> create(Session wanted, long index) {
    Transaction change = tables.begin();
    if (change.rows(LockTables.SESSIONS).get(LockTables.SESSION_BY_ID, wanted.id()).isPresent()) {
      return Optional.empty();
    }
    Session created = wanted.createdAt(index);
    change.put(LockTables.SESSIONS, created);
    grow(created.bytes());
    change.commit();
    return Optional.of(created);
  }

  /**
   * Ends sessions; what they hold is released or deleted, and may not be taken for their lock
   * delay.
   *
   * @param nowMillis cluster time
   * @return how many there were
   */
  public int end(Collection<String> ids, long index, long nowMillis) {
    EntryWriter writer = new EntryWriter(tables.begin(), index, nowMillis);
    int ended = 0;
    for (String id : ids) {
      ended += writer.end(id) ? 1 : 0;
    }
    commit(writer);
    return ended;
  }

  /**
   * Does all steps, or none.
   *
   * @param nowMillis cluster time
   */
  public TxnResult apply(List<LockOperation> steps, long index, long nowMillis) {
    EntryWriter writer = new EntryWriter(tables.begin(), index, nowMillis);
    TxnResult result = Steps.take(steps, writer);
    if (result.done()) {
      commit(writer);
    }
    return result;
  }

  private void commit(EntryWriter writer) {
    grow(writer.grownBytes());
    writer.change().commit();
  }

  private void grow(long grownBytes) {
    countedBytes += grownBytes;
    bytes = countedBytes;
  }

  /** Replaces everything; whoever waits is told. */
  public void restore(Snapshot snapshot) {
    tables.restore(snapshot);
    countedBytes =
        snapshot.rows(LockTables.ENTRIES).all().stream().mapToLong(Entry::bytes).sum()
            + snapshot.rows(LockTables.SESSIONS).all().stream().mapToLong(Session::bytes).sum();
    bytes = countedBytes;
  }

  /**
   * What was written down.
   *
   * @throws dev.understudy.tables.DuplicateKeyException if it does not go together
   * @throws IllegalArgumentException as well
   */
  public static Snapshot of(
      Collection<Session> sessions,
      Collection<Entry> entries,
      Collection<LockDelay> delays,
      Collection<Deletions> deletions) {
    Tables tables = newTables();
    Transaction change = tables.begin();
    sessions.forEach(row -> change.put(LockTables.SESSIONS, row));
    entries.forEach(row -> change.put(LockTables.ENTRIES, row));
    delays.forEach(row -> change.put(LockTables.DELAYS, row));
    deletions.forEach(row -> change.put(LockTables.DELETIONS, row));
    for (Entry entry : entries) {
      boolean known =
          !entry.isHeld()
              || change
                  .rows(LockTables.SESSIONS)
                  .get(LockTables.SESSION_BY_ID, entry.session())
                  .isPresent();
      if (!known) {
        throw new IllegalArgumentException("an entry is held by a session that is not there");
      }
    }
    change.commit();
    return tables.current();
  }

  /** Nothing yet. */
  public static Snapshot none() {
    return newTables().current();
  }
}
