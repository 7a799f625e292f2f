package dev.understudy.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Takes many keys out of a sorted map or set at once, by a walk through it and a tree that is built
 * anew: one after the other, each would copy its way through the tree.
 */
final class Rebuilding {
  /**
   * To copy the way to a key takes some five to fifteen times as long as to walk over one and to
   * build a node for it, depending on whether the keys stand together.
   */
  private static final int WORTH_WHILE = 8;

  private Rebuilding() {}

  private static boolean isWorthwhile(int size, int changes) {
    return changes > 1 && changes > size / WORTH_WHILE;
  }

  /** Without keys of this map, each named once. */
  static <V> TreePMap<String, V> without(TreePMap<String, V> map, Collection<String> keys) {
    if (!isWorthwhile(map.size(), keys.size())) {
      return map.minusAll(keys);
    }
    Set<String> gone = new HashSet<>(keys);
    List<Map.Entry<String, V>> left = new ArrayList<>(map.size() - keys.size());
    for (Map.Entry<String, V> entry : map.entrySet()) {
      if (!gone.contains(entry.getKey())) {
        left.add(entry);
      }
    }
    return TreePMap.fromSortedMap(new Sorted<>(left, map.comparator()));
  }

  /** Without elements of this set, each named once. */
  static <E extends Comparable<E>> TreePSet<E> without(TreePSet<E> set, Collection<E> elements) {
    if (!isWorthwhile(set.size(), elements.size())) {
      return set.minusAll(elements);
    }
    Set<E> gone = new HashSet<>(elements);
    List<Map.Entry<E, E>> left = new ArrayList<>(set.size() - elements.size());
    for (E element : set) {
      if (!gone.contains(element)) {
        left.add(Map.entry(element, element));
      }
    }
    return TreePMap.fromSortedMap(new Sorted<>(left, Comparator.naturalOrder())).keySet();
  }

  /** What a tree is built from: it is asked for its order and walked through once. */
  private static final class Sorted<K, V> extends AbstractMap<K, V> implements SortedMap<K, V> {
    private final List<Map.Entry<K, V>> entries;
    private final Comparator<? super K> order;

    Sorted(List<Map.Entry<K, V>> entries, Comparator<? super K> order) {
      this.entries = entries;
      this.order = order;
    }

    @Override
    public Comparator<? super K> comparator() {
      return order;
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
          return entries.iterator();
        }

        @Override
        public int size() {
          return entries.size();
        }
      };
    }

    @Override
    public SortedMap<K, V> subMap(K from, K to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<K, V> headMap(K to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<K, V> tailMap(K from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public K firstKey() {
      return entries.get(0).getKey();
    }

    @Override
    public K lastKey() {
      return entries.get(entries.size() - 1).getKey();
    }
  }
}
