package dev.understudy.tables;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import org.pcollections.TreePMap;

/**
 * Where types are taken on trust: the maps behind the indexes of a table have keys of different
 * types, and only what an index itself has read from a row is ever put under it.
 */
@SuppressWarnings("unchecked")
final class Untyped {
  private Untyped() {}

  static Comparator<Object> order(Index<?, ?> index) {
    return (Comparator<Object>) index.order();
  }

  static TreePMap<Object, Object> map(Object value) {
    return (TreePMap<Object, Object>) value;
  }

  static <R> R row(Object value) {
    return (R) value;
  }

  static <R> Collection<R> values(Map<Object, Object> map) {
    return Collections.unmodifiableCollection((Collection<R>) map.values());
  }

  static <K, R> NavigableMap<K, R> typed(NavigableMap<Object, Object> map) {
    return (NavigableMap<K, R>) (NavigableMap<?, ?>) map;
  }

  static <R> Rows<R> rows(Rows<?> rows) {
    return (Rows<R>) rows;
  }

  static <R> Index<R, Object> index(Index<R, ?> index) {
    return (Index<R, Object>) index;
  }

  static Keys<Object> keys(Prefixed<?, ?> index) {
    return (Keys<Object>) index.keys();
  }
}
