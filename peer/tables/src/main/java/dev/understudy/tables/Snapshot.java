package dev.understudy.tables;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All tables at one moment. Never changes; for any thread, and as cheap as a reference. */
public final class Snapshot {
  private final Map<Table<?>, Rows<?>> rows;

  private Snapshot(Map<Table<?>, Rows<?>> rows) {
    this.rows = rows;
  }

  /** Tables without rows. */
  public static Snapshot empty(List<Table<?>> tables) {
    Map<Table<?>, Rows<?>> rows = new HashMap<>();
    tables.forEach(table -> rows.put(table, Rows.none(table)));
    return new Snapshot(rows);
  }

  /**
   * What is in a table.
   *
   * @throws IllegalArgumentException if it is none of these tables
   */
  public <R> Rows<R> rows(Table<R> table) {
    Rows<?> found = rows.get(table);
    if (found == null) {
      throw new IllegalArgumentException("no table " + table);
    }
    return Untyped.rows(found);
  }

  Snapshot with(Map<Table<?>, Rows<?>> changed) {
    Map<Table<?>, Rows<?>> next = new HashMap<>(rows);
    next.putAll(changed);
    return new Snapshot(next);
  }

  /** The same tables. */
  boolean hasTablesOf(Snapshot other) {
    return rows.keySet().equals(other.rows.keySet());
  }
}
