package dev.understudy.store;

import dev.understudy.store.Node.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcollections.TreePMap;

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

  /**
   * All of them, by {@link KeyPath#BY_UTF8}.
   *
   * @throws IllegalArgumentException if a name is there twice
   */
  TreePMap<String, Node> toMap() {
    if (all.isEmpty()) {
      return Directory.NO_CHILDREN;
    }
    if (!ascending) {
      all.sort(Map.Entry.comparingByKey(KeyPath.BY_UTF8));
      for (int i = 1; i < all.size(); i++) {
        if (all.get(i - 1).getKey().equals(all.get(i).getKey())) {
          throw new IllegalArgumentException("twice in the tree: " + all.get(i).getKey());
        }
      }
    }
    return TreePMap.fromSortedMap(new SortedEntries<>(all, KeyPath.BY_UTF8));
  }
}
