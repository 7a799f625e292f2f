package dev.understudy.tables;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/**
 * At most one row for each key; see {@link Index#unique}.
 *
 * @param <R> the rows
 * @param <K> what is asked for
 */
public sealed class Unique<R, K> extends Index<R, K> permits Prefixed {
  Unique(String name, Comparator<? super K> order, Function<? super R, Optional<K>> key) {
    super(name, order, key);
  }
}
