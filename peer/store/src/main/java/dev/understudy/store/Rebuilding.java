package dev.understudy.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    return TreePMap.fromSortedMap(new SortedEntries<>(left, map.comparator()));
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
    return TreePMap.fromSortedMap(new SortedEntries<>(left, Comparator.naturalOrder())).keySet();
  }
}
