package dev.understudy.locks;

import dev.understudy.tables.Rows;
import dev.understudy.tables.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Changes of one log entry, not yet published. */
final class EntryWriter {
  private final Transaction change;
  private final long index;
  private final long nowMillis;
  private long grownBytes;

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

  /** A tree, or what a session held; may be very many. */
  void deleteAll(Collection<Entry> gone) {
    if (!gone.isEmpty()) {
      change.removeAll(LockTables.ENTRIES, gone);
      grownBytes -= gone.stream().mapToLong(Entry::bytes).sum();
      noteDeletion();
    }
  }

  private void noteDeletion() {
    change.put(LockTables.DELETIONS, new Deletions(LockTables.ENTRIES.toString(), index));
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
          endHolds(
              List.copyOf(change.rows(LockTables.ENTRIES).all(LockTables.ENTRIES_BY_SESSION, id)),
              session);
        });
    return ended.isPresent();
  }

  private void endHolds(List<Entry> held, Session session) {
    if (session.behavior() == Behavior.DELETE) {
      deleteAll(held);
    } else {
      releaseAll(held);
    }
    if (session.lockDelayMillis() > 0) {
      delayAll(held, nowMillis + session.lockDelayMillis());
    }
  }

  private void releaseAll(List<Entry> held) {
    List<Entry> released = held.stream().map(entry -> entry.released(index)).toList();
    change.removeAll(LockTables.ENTRIES, held);
    change.addAll(LockTables.ENTRIES, released);
    grownBytes += released.stream().mapToLong(Entry::bytes).sum();
    grownBytes -= held.stream().mapToLong(Entry::bytes).sum();
  }

  private void delayAll(List<Entry> held, long untilMillis) {
    Rows<LockDelay> delays = change.rows(LockTables.DELAYS);
    List<LockDelay> before = new ArrayList<>();
    held.forEach(entry -> delays.get(LockTables.DELAY_BY_KEY, entry.key()).ifPresent(before::add));
    change.removeAll(LockTables.DELAYS, before);
    change.addAll(
        LockTables.DELAYS,
        held.stream().map(entry -> new LockDelay(entry.key(), untilMillis)).toList());
  }

  /** Those that are over would otherwise stay for keys that nobody takes again. */
  private void forgetDelays() {
    List<LockDelay> over = new ArrayList<>();
    for (LockDelay delay : change.rows(LockTables.DELAYS).prefix(LockTables.DELAY_BY_END, "")) {
      if (delay.untilMillis() > nowMillis) {
        break;
      }
      over.add(delay);
    }
    change.removeAll(LockTables.DELAYS, over);
  }
}
