package dev.understudy.tables;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes of several tables that become visible at once, or not at all. For the writer's thread;
 * what is read here includes what was changed here.
 */
public final class Transaction {
  private final Tables tables;
  private final Snapshot base;
  private final Map<Table<?>, Rows<?>> changed = new LinkedHashMap<>();
  private final List<Change<?>> changes = new ArrayList<>();
  private boolean over;

  Transaction(Tables tables, Snapshot base) {
    this.tables = tables;
    this.base = base;
  }

  /**
   * What becomes of one row.
   *
   * @param before null when there was none
   * @param after null when there is none
   */
  record Change<R>(Table<R> table, R before, R after) {}

  /** A table with what was changed so far. */
  public <R> Rows<R> rows(Table<R> table) {
    Rows<?> mine = changed.get(table);
    return mine == null ? base.rows(table) : Untyped.rows(mine);
  }

  /**
   * Writes a row, in the place of the one with its primary key if there is one.
   *
   * @return the row in whose place it is
   * @throws DuplicateKeyException if another unique index has its key for another row; nothing is
   *     changed then
   */
  public <R> Optional<R> put(Table<R> table, R row) {
    Optional<R> before = rows(table).sameAs(row);
    if (before.isEmpty() || !before.get().equals(row)) {
      change(table, before.orElse(null), row);
    }
    return before;
  }

  /**
   * Takes out the row with a key.
   *
   * @return the row; empty when there was none
   */
  public <R, K> Optional<R> remove(Table<R> table, Unique<R, K> index, K key) {
    Optional<R> before = rows(table).get(index, key);
    before.ifPresent(row -> change(table, row, null));
    return before;
  }

  /**
   * Takes out many rows, for less than one after the other.
   *
   * @param gone rows of this table as they are now, each once
   */
  public <R> void removeAll(Table<R> table, Collection<R> gone) {
    failIfOver();
    changed.put(table, rows(table).without(gone));
    gone.forEach(row -> changes.add(new Change<>(table, row, null)));
  }

  /**
   * Writes many rows that are new, for less than one after the other.
   *
   * @throws DuplicateKeyException if a unique index has the key of one of them; nothing is changed
   *     then
   */
  public <R> void addAll(Table<R> table, Collection<R> fresh) {
    failIfOver();
    changed.put(table, rows(table).with(fresh));
    fresh.forEach(row -> changes.add(new Change<>(table, null, row)));
  }

  private void failIfOver() {
    if (over) {
      throw new IllegalStateException("the transaction is over");
    }
  }

  private <R> void change(Table<R> table, R before, R after) {
    failIfOver();
    changed.put(table, rows(table).replace(before, after));
    changes.add(new Change<>(table, before, after));
  }

  /** Publishes the changes, then tells whoever watches what was changed. */
  public void commit() {
    over = true;
    if (!changes.isEmpty()) {
      tables.publish(base, base.with(changed), changes);
    }
  }
}
