package dev.understudy.locks;

import dev.understudy.tables.Group;
import dev.understudy.tables.Index;
import dev.understudy.tables.Keys;
import dev.understudy.tables.Prefixed;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import dev.understudy.tables.Table;
import dev.understudy.tables.Unique;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The tables, and what is asked of them. */
public final class LockTables {
  static final Unique<Session, String> SESSION_BY_ID = Index.unique("id", Session::id);
  static final Group<Session, String> SESSIONS_BY_NODE = Index.group("node", Session::node);
  static final Table<Session> SESSIONS = Table.of("sessions", SESSION_BY_ID, SESSIONS_BY_NODE);

  static final Prefixed<Entry, String> ENTRY_BY_KEY = Index.prefixed("key", Keys.TEXT, Entry::key);
  static final Group<Entry, String> ENTRIES_BY_SESSION =
      Index.groupIfAny("session", e -> e.isHeld() ? Optional.of(e.session()) : Optional.empty());
  static final Table<Entry> ENTRIES = Table.of("entries", ENTRY_BY_KEY, ENTRIES_BY_SESSION);

  static final Unique<LockDelay, String> DELAY_BY_KEY = Index.unique("key", LockDelay::key);

  /** In the order of their ends. */
  static final Prefixed<LockDelay, String> DELAY_BY_END =
      Index.prefixed(
          "end", Keys.TEXT, delay -> HexFormat.of().toHexDigits(delay.untilMillis()) + delay.key());

  static final Table<LockDelay> DELAYS = Table.of("delays", DELAY_BY_KEY, DELAY_BY_END);

  static final Unique<Deletions, String> DELETIONS_BY_TABLE =
      Index.unique("table", Deletions::table);
  static final Table<Deletions> DELETIONS = Table.of("deletions", DELETIONS_BY_TABLE);

  private LockTables() {}

  /** A session. */
  public static Read<Optional<Session>> session(String id) {
    return Read.one(SESSIONS, SESSION_BY_ID, id);
  }

  /** The sessions of a machine, by their ids. */
  public static Read<Collection<Session>> sessionsOf(String node) {
    return Read.all(SESSIONS, SESSIONS_BY_NODE, node);
  }

  /** All sessions, by their ids. */
  public static Read<Collection<Session>> sessions() {
    return Read.all(SESSIONS);
  }

  /** An entry. */
  public static Read<Optional<Entry>> entry(String key) {
    return Read.one(ENTRIES, ENTRY_BY_KEY, key);
  }

  /** The entries whose keys begin so, by their keys. */
  public static Read<Collection<Entry>> entries(String prefix) {
    return Read.prefix(ENTRIES, ENTRY_BY_KEY, prefix);
  }

  /** What a session holds. */
  public static Read<Collection<Entry>> heldBy(String session) {
    return Read.all(ENTRIES, ENTRIES_BY_SESSION, session);
  }

  /** All there is to write down, part by part. */
  public static Collection<LockDelay> delays(Snapshot snapshot) {
    return snapshot.rows(DELAYS).all();
  }

  /** As {@link #delays}. */
  public static Collection<Deletions> deletions(Snapshot snapshot) {
    return snapshot.rows(DELETIONS).all();
  }

  /**
   * The index of an answer with these sessions: it grows whenever the answer changes, and whenever
   * any session ends.
   *
   * @return at least 1
   */
  public static long indexOfSessions(Snapshot snapshot, Collection<Session> found) {
    return index(snapshot, SESSIONS, found, Session::createIndex);
  }

  /** The same of entries. */
  public static long indexOfEntries(Snapshot snapshot, Collection<Entry> found) {
    return index(snapshot, ENTRIES, found, Entry::modifyIndex);
  }

  private static <R> long index(
      Snapshot snapshot, Table<R> table, Collection<R> found, ToLongFunction<R> changed) {
    long index =
        snapshot
            .rows(DELETIONS)
            .get(DELETIONS_BY_TABLE, table.toString())
            .map(Deletions::lastIndex)
            .orElse(0L);
    for (R row : found) {
      index = Math.max(index, changed.applyAsLong(row));
    }
    return Math.max(1, index);
  }

  /** Whether there is, or ever was, anything. */
  public static boolean isUsed(Snapshot snapshot) {
    return List.of(SESSIONS, ENTRIES, DELAYS, DELETIONS).stream()
        .anyMatch(table -> snapshot.rows(table).size() > 0);
  }
}
