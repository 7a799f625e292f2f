package dev.understudy.tables;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.pcollections.TreePMap;

/**
 * Changes many keys of a map at once, by a walk through it and a tree that is built anew: key by
 * key, each would copy its way through the tree.
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

  /**
   * Without keys.
   *
   * @param keys of this map, each once
   */
  static TreePMap<Object, Object> without(TreePMap<Object, Object> map, List<Object> keys) {
    if (keys.size() == map.size()) {
      return TreePMap.empty(map.comparator());
    }
    return isWorthwhile(map.size(), keys.size())
        ? rebuiltWithout(map, sorted(keys, map.comparator()))
        : map.minusAll(keys);
  }

  private static TreePMap<Object, Object> rebuiltWithout(
      TreePMap<Object, Object> map, List<Object> keys) {
    List<Map.Entry<Object, Object>> left = new ArrayList<>(map.size());
    int next = 0;
    for (Map.Entry<Object, Object> entry : map.entrySet()) {
      if (next < keys.size() && isSame(entry.getKey(), keys.get(next), map.comparator())) {
        next++;
      } else {
        left.add(entry);
      }
    }
    if (next < keys.size()) {
      throw new IllegalArgumentException("a key to leave out is not there, or named twice");
    }
    return built(left, map.comparator());
  }

  /** The keys that leave are, as a rule, the very ones that are there. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Object one, Object other, Comparator<? super Object> order) {
    return one == other || order.compare(one, other) == 0;
  }

  /**
   * With entries of keys that are not there.
   *
   * @throws IllegalArgumentException if one is, or is named twice
   */
  static TreePMap<Object, Object> with(
      TreePMap<Object, Object> map, List<Map.Entry<Object, Object>> fresh) {
    Comparator<? super Object> order = map.comparator();
    List<Map.Entry<Object, Object>> all = new ArrayList<>(map.size() + fresh.size());
    all.addAll(map.entrySet());
    all.addAll(fresh);
    // Two sorted rows, as a rule, which this sort knows to merge.
    all.sort(Map.Entry.comparingByKey(order));
    for (int i = 1; i < all.size(); i++) {
      if (order.compare(all.get(i - 1).getKey(), all.get(i).getKey()) == 0) {
        throw new IllegalArgumentException("a key is there already");
      }
    }
    return built(all, order);
  }

  /** Whether that many entries are better added at once. */
  static boolean isWorthwhile(TreePMap<Object, Object> map, List<?> fresh) {
    return isWorthwhile(map.size(), fresh.size());
  }

  private static List<Object> sorted(List<Object> keys, Comparator<? super Object> order) {
    for (int i = 1; i < keys.size(); i++) {
      if (order.compare(keys.get(i - 1), keys.get(i)) > 0) {
        return keys.stream().sorted(order).toList();
      }
    }
    return keys;
  }

  private static TreePMap<Object, Object> built(
      List<Map.Entry<Object, Object>> sorted, Comparator<? super Object> order) {
    return TreePMap.fromSortedMap(new Sorted(sorted, order));
  }

  /** What a tree is built from: it is asked for its order and walked through once. */
  private static final class Sorted extends AbstractMap<Object, Object>
      implements SortedMap<Object, Object> {
    private final List<Map.Entry<Object, Object>> entries;
    private final Comparator<? super Object> order;

    Sorted(List<Map.Entry<Object, Object>> entries, Comparator<? super Object> order) {
      this.entries = entries;
      this.order = order;
    }

    @Override
    public Comparator<? super Object> comparator() {
      return order;
    }

    @Override
    public Set<Map.Entry<Object, Object>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Map.Entry<Object, Object>> iterator() {
          return entries.iterator();
        }

        @Override
        public int size() {
          return entries.size();
        }
      };
    }

    @Override
    public SortedMap<Object, Object> subMap(Object from, Object to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<Object, Object> headMap(Object to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<Object, Object> tailMap(Object from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object firstKey() {
      return entries.get(0).getKey();
    }

    @Override
    public Object lastKey() {
      return entries.get(entries.size() - 1).getKey();
    }
  }
}
