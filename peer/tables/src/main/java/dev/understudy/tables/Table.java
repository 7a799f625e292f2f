package dev.understudy.tables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a table is: its name and its indexes. Holds no rows; those are in a {@link Snapshot}.
 *
 * @param <R> the rows; immutable, with an {@code equals} that compares all of it
 */
public final class Table<R> {
  private final String name;
  private final Unique<R, ?> primary;
  private final List<Index<R, ?>> others;

  private Table(String name, Unique<R, ?> primary, List<Index<R, ?>> others) {
    this.name = Objects.requireNonNull(name);
    this.primary = Objects.requireNonNull(primary);
    this.others = others;
  }

  /**
   * Defines a table.
   *
   * @param primary what makes two rows the same one; every row has a key there, and all rows are
   *     listed in its order
   * @param others what rows are found by as well
   * @throws IllegalArgumentException if an index is named twice
   */
  @SafeVarargs
  public static <R> Table<R> of(String name, Unique<R, ?> primary, Index<R, ?>... others) {
    Set<Index<R, ?>> seen = new HashSet<>(Set.of(primary));
    List<Index<R, ?>> list = new ArrayList<>();
    for (Index<R, ?> index : others) {
      if (!seen.add(index)) {
        throw new IllegalArgumentException("twice in " + name + ": " + index);
      }
      list.add(index);
    }
    return new Table<>(name, primary, List.copyOf(list));
  }

  Unique<R, ?> primary() {
    return primary;
  }

  /** All but the primary. */
  List<Index<R, ?>> others() {
    return others;
  }

  @Override
  public String toString() {
    return name;
  }
}
