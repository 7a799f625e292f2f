package dev.understudy.peer.driver;

import dev.understudy.raft.EntryId;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Entries that this peer appended as leader and whose application somebody waits for by their place
 * in the log: barriers and changes of the membership. When another entry is applied in that place,
 * the one that was waited for is certainly lost.
 *
 * <p>For the driver's thread only.
 */
final class PendingEntries implements Waiters {
  private record Pending(
      long term, CompletableFuture<Outcome<Object>> future, long deadlineMillis) {}

  private final Map<Long, Pending> byIndex = new HashMap<>();
  private final Completions completions;

  PendingEntries(Completions completions) {
    this.completions = completions;
  }

  void add(EntryId at, CompletableFuture<Outcome<Object>> future, long deadlineMillis) {
    Pending replaced = byIndex.put(at.index(), new Pending(at.term(), future, deadlineMillis));
    if (replaced != null) {
      lost(replaced);
    }
  }

  /** An entry was applied, with that result. */
  void applied(EntryId entry, Object result) {
    Pending pending = byIndex.remove(entry.index());
    if (pending == null) {
      return;
    }
    if (pending.term() == entry.term()) {
      completions.add(pending.future(), new Outcome.Done<>(result));
    } else {
      lost(pending);
    }
  }

  /** The state was replaced by a snapshot's, which may hold what was waited for, or not. */
  void replaced(long snapshotIndex) {
    Iterator<Map.Entry<Long, Pending>> all = byIndex.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Long, Pending> each = all.next();
      if (each.getKey() <= snapshotIndex) {
        all.remove();
        completions.add(
            each.getValue().future(),
            new Outcome.Unknown<>("a snapshot has taken its place; whether it holds is unknown"));
      }
    }
  }

  private void lost(Pending pending) {
    completions.add(
        pending.future(),
        new Outcome.NotDone<>(Outcome.Reason.NO_LEADER, "another leader has overwritten it"));
  }

  @Override
  public void expire(long nowMillis) {
    Iterator<Pending> all = byIndex.values().iterator();
    while (all.hasNext()) {
      Pending pending = all.next();
      if (pending.deadlineMillis() <= nowMillis) {
        all.remove();
        completions.add(
            pending.future(),
            new Outcome.Unknown<>("not applied in time; whether it will be is unknown"));
      }
    }
  }

  @Override
  public void abandon(String cause) {
    byIndex
        .values()
        .forEach(pending -> completions.add(pending.future(), new Outcome.Unknown<>(cause)));
    byIndex.clear();
  }
}
