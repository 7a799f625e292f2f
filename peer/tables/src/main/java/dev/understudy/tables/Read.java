package dev.understudy.tables;

import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A question to one table, which may be asked of a {@link Snapshot}, and again of a later one, or
 * watched: {@link Tables#watch}.
 *
 * @param <T> the answer
 */
public final class Read<T> {
  private final Table<?> table;
  private final Index<?, ?> index;
  private final Object key;
  private final boolean prefix;
  private final Function<Snapshot, T> question;

  private Read(
      Table<?> table,
      Index<?, ?> index,
      Object key,
      boolean prefix,
      Function<Snapshot, T> question) {
    this.table = Objects.requireNonNull(table);
    this.index = index;
    this.key = key;
    this.prefix = prefix;
    this.question = question;
  }

  /** The row with a key. */
  public static <R, K> Read<Optional<R>> one(Table<R> table, Unique<R, K> index, K key) {
    Objects.requireNonNull(key);
    return new Read<>(table, index, key, false, now -> now.rows(table).get(index, key));
  }

  /** The rows with a key. */
  public static <R, K> Read<Collection<R>> all(Table<R> table, Group<R, K> index, K key) {
    Objects.requireNonNull(key);
    return new Read<>(table, index, key, false, now -> now.rows(table).all(index, key));
  }

  /** The rows whose keys begin with something. */
  public static <R, K> Read<Collection<R>> prefix(Table<R> table, Prefixed<R, K> index, K prefix) {
    Objects.requireNonNull(prefix);
    return new Read<>(table, index, prefix, true, now -> now.rows(table).prefix(index, prefix));
  }

  /** All rows. */
  public static <R> Read<Collection<R>> all(Table<R> table) {
    return new Read<>(table, null, null, false, now -> now.rows(table).all());
  }

  /** The answer at one moment. */
  public T of(Snapshot snapshot) {
    return question.apply(snapshot);
  }

  Table<?> table() {
    return table;
  }

  /** Null when all rows are read. */
  Index<?, ?> index() {
    return index;
  }

  Object key() {
    return key;
  }

  /** Whether the key is the beginning of those that are read. */
  boolean isPrefix() {
    return prefix;
  }
}
