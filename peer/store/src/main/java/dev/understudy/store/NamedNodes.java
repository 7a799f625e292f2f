package dev.understudy.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * The children of a directory as they are read, one after the other. They come in order, so nothing
 * is searched for, as it is in a tree.
 */
final class NamedNodes {
  private final List<Map.Entry<String, Node>> all = new ArrayList<>();
  private boolean ascending = true;

  void add(String name, Node node) {
    ascending &= all.isEmpty() || KeyPath.BY_UTF8.compare(lastName(), name) < 0;
    all.add(Map.entry(name, node));
  }

  private String lastName() {
    return all.get(all.size() - 1).getKey();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * All of them, by {@link KeyPath#BY_UTF8}.
   *
   * @throws IllegalArgumentException if a name is there twice
   */
  SortedMap<String, Node> sorted() {
    if (!ascending) {
      all.sort(Map.Entry.comparingByKey(KeyPath.BY_UTF8));
      for (int i = 1; i < all.size(); i++) {
        if (all.get(i - 1).getKey().equals(all.get(i).getKey())) {
          throw new IllegalArgumentException("twice in the tree: " + all.get(i).getKey());
        }
      }
      ascending = true;
    }
    return new Sorted(all);
  }

  /** As much of a map as it takes to make another one of it. */
  private static final class Sorted extends AbstractMap<String, Node>
      implements SortedMap<String, Node> {
    private final List<Map.Entry<String, Node>> entries;

    Sorted(List<Map.Entry<String, Node>> entries) {
      this.entries = entries;
    }

    @Override
    public Comparator<? super String> comparator() {
      return KeyPath.BY_UTF8;
    }

    @Override
    public Set<Map.Entry<String, Node>> entrySet() {
      return new AbstractSet<>() {
        @Override
        public Iterator<Map.Entry<String, Node>> iterator() {
          return entries.iterator();
        }

        @Override
        public int size() {
          return entries.size();
        }
      };
    }

    @Override
    public String firstKey() {
      return entries.get(0).getKey();
    }

    @Override
    public String lastKey() {
      return entries.get(entries.size() - 1).getKey();
    }

    @Override
    public SortedMap<String, Node> subMap(String from, String to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<String, Node> headMap(String to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<String, Node> tailMap(String from) {
      throw new UnsupportedOperationException();
    }
  }
}
