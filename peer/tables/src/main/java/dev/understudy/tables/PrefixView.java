package dev.understudy.tables;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;

/** The rows from a prefix on, as long as their keys begin with it. */
final class PrefixView<K, R> extends AbstractCollection<R> {
  private final Keys<K> keys;
  private final K prefix;
  private final NavigableMap<K, R> from;

  PrefixView(Keys<K> keys, K prefix, NavigableMap<K, R> from) {
    this.keys = keys;
    this.prefix = prefix;
    this.from = from;
  }

  @Override
  public boolean isEmpty() {
    return !iterator().hasNext();
  }

  @Override
  public int size() {
    int size = 0;
    for (Iterator<R> rows = iterator(); rows.hasNext(); rows.next()) {
      size++;
    }
    return size;
  }

  @Override
  public Iterator<R> iterator() {
    Iterator<Map.Entry<K, R>> entries = from.entrySet().iterator();
    return new Iterator<>() {
      private R next = advance();

      private R advance() {
        if (!entries.hasNext()) {
          return null;
        }
        Map.Entry<K, R> entry = entries.next();
        return keys.begins(entry.getKey(), prefix) ? entry.getValue() : null;
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public R next() {
        R row = next;
        if (row == null) {
          throw new NoSuchElementException();
        }
        next = advance();
        return row;
      }
    };
  }
}
