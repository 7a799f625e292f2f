package dev.understudy.tables;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/**
 * Any number of rows for each key; see {@link Index#group}.
 *
 * @param <R> the rows
 * @param <K> what is asked for
 */
public final class Group<R, K> extends Index<R, K> {
  Group(String name, Comparator<? super K> order, Function<? super R, Optional<K>> key) {
    super(name, order, key);
  }
}
