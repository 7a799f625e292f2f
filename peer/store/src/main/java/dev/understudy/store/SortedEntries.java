package dev.understudy.store;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** Entries in their order, to build a tree from: it asks for the order and walks through once. */
final class SortedEntries<K, V> extends AbstractMap<K, V> implements SortedMap<K, V> {
  private final List<Map.Entry<K, V>> entries;
  private final Comparator<? super K> order;

  SortedEntries(List<Map.Entry<K, V>> entries, Comparator<? super K> order) {
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
