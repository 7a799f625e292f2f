package dev.understudy.tables;

import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What rows are found by. A constant of whoever defines the table; compared by identity, so that
 * the two types alone say what may be asked.
 *
 * @param <R> the rows
 * @param <K> what is asked for
 */
public abstract sealed class Index<R, K> permits Unique, Group {
  private final String name;
  private final Comparator<? super K> order;
  private final Function<? super R, Optional<K>> key;

  Index(String name, Comparator<? super K> order, Function<? super R, Optional<K>> key) {
    this.name = Objects.requireNonNull(name);
    this.order = Objects.requireNonNull(order);
    this.key = Objects.requireNonNull(key);
  }

  /** At most one row for each key. */
  public static <R, K extends Comparable<? super K>> Unique<R, K> unique(
      String name, Function<? super R, K> key) {
    return new Unique<>(name, Comparator.naturalOrder(), always(key));
  }

  /** At most one row for each key, and rows without one. */
  public static <R, K extends Comparable<? super K>> Unique<R, K> uniqueIfAny(
      String name, Function<? super R, Optional<K>> key) {
    return new Unique<>(name, Comparator.naturalOrder(), key);
  }

  /** At most one row for each key; rows can be asked for by how their key begins. */
  public static <R, K> Prefixed<R, K> prefixed(
      String name, Keys<K> keys, Function<? super R, K> key) {
    return new Prefixed<>(name, keys, always(key));
  }

  /** Any number of rows for each key. */
  public static <R, K extends Comparable<? super K>> Group<R, K> group(
      String name, Function<? super R, K> key) {
    return new Group<>(name, Comparator.naturalOrder(), always(key));
  }

  /** Any number of rows for each key, and rows without one. */
  public static <R, K extends Comparable<? super K>> Group<R, K> groupIfAny(
      String name, Function<? super R, Optional<K>> key) {
    return new Group<>(name, Comparator.naturalOrder(), key);
  }

  private static <R, K> Function<R, Optional<K>> always(Function<? super R, K> key) {
    return row -> Optional.of(key.apply(row));
  }

  /** The order of its keys. */
  Comparator<? super K> order() {
    return order;
  }

  /** What a row is found by; empty when it is not found here. */
  Optional<K> keyOf(R row) {
    return key.apply(row);
  }

  @Override
  public String toString() {
    return name;
  }
}
