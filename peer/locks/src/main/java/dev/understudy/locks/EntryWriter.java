package dev.understudy.locks;

import dev.understudy.tables.Transaction;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Changes of one log entry, not yet published. */
final class EntryWriter {
  private final Transaction change;
  private final long index;
  private final long nowMillis;
  private long grownBytes;
  private boolean deleted;

  EntryWriter(Transaction change, long index, long nowMillis) {
    this.change = change;
    this.index = index;
    this.nowMillis = nowMillis;
  }

  Transaction change() {
    return change;
  }

  long index() {
    return index;
  }

  long grownBytes() {
    return grownBytes;
  }

  Optional<Entry> get(String key) {
    return change.rows(LockTables.ENTRIES).get(LockTables.ENTRY_BY_KEY, key);
  }

  /** Those there are now, whatever is changed while they are walked. */
  Collection<Entry> tree(String prefix) {
    return change.rows(LockTables.ENTRIES).prefix(LockTables.ENTRY_BY_KEY, prefix);
  }

  boolean hasSession(String id) {
    return change.rows(LockTables.SESSIONS).get(LockTables.SESSION_BY_ID, id).isPresent();
  }

  Entry put(Entry entry) {
    long before = change.put(LockTables.ENTRIES, entry).map(Entry::bytes).orElse(0L);
    grownBytes += entry.bytes() - before;
    return entry;
  }

  void delete(String key) {
    change
        .remove(LockTables.ENTRIES, LockTables.ENTRY_BY_KEY, key)
        .ifPresent(
            gone -> {
              grownBytes -= gone.bytes();
              noteDeletion();
            });
  }

  /** Once, however many there are of a tree. */
  private void noteDeletion() {
    if (!deleted) {
      deleted = true;
      change.put(LockTables.DELETIONS, new Deletions(LockTables.ENTRIES.toString(), index));
    }
  }

  /** Whether a key may not be taken yet. One that may be again is forgotten. */
  boolean isDelayed(String key) {
    Optional<LockDelay> delay = change.rows(LockTables.DELAYS).get(LockTables.DELAY_BY_KEY, key);
    if (delay.isPresent() && delay.get().untilMillis() <= nowMillis) {
      change.remove(LockTables.DELAYS, LockTables.DELAY_BY_KEY, key);
      return false;
    }
    return delay.isPresent();
  }

  /** Ends a session, if there is one. */
  boolean end(String id) {
    Optional<Session> ended = change.remove(LockTables.SESSIONS, LockTables.SESSION_BY_ID, id);
    ended.ifPresent(
        session -> {
          grownBytes -= session.bytes();
          change.put(LockTables.DELETIONS, new Deletions(LockTables.SESSIONS.toString(), index));
          forgetDelays();
          List.copyOf(change.rows(LockTables.ENTRIES).all(LockTables.ENTRIES_BY_SESSION, id))
              .forEach(entry -> endHold(entry, session));
        });
    return ended.isPresent();
  }

  private void endHold(Entry entry, Session session) {
    if (session.behavior() == Behavior.DELETE) {
      delete(entry.key());
    } else {
      put(entry.released(index));
    }
    if (session.lockDelayMillis() > 0) {
      change.put(
          LockTables.DELAYS, new LockDelay(entry.key(), nowMillis + session.lockDelayMillis()));
    }
  }

  /** Those that are over would otherwise stay for keys that nobody takes again. */
  private void forgetDelays() {
    for (LockDelay delay : change.rows(LockTables.DELAYS).prefix(LockTables.DELAY_BY_END, "")) {
      if (delay.untilMillis() > nowMillis) {
        return;
      }
      change.remove(LockTables.DELAYS, LockTables.DELAY_BY_KEY, delay.key());
    }
  }
}
