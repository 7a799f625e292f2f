package dev.understudy.tables;

import java.util.Optional;
import java.util.function.Function;

/**
 * At most one row for each key, and keys may be asked for by how they begin; see {@link
 * Index#prefixed}.
 *
 * @param <R> the rows
 * @param <K> what is asked for
 */
public final class Prefixed<R, K> extends Unique<R, K> {
  private final Keys<K> keys;

  Prefixed(String name, Keys<K> keys, Function<? super R, Optional<K>> key) {
    super(name, keys, key);
    this.keys = keys;
  }

  Keys<K> keys() {
    return keys;
  }
}
