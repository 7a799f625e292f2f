package dev.understudy.admin.imports;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has to be written to make one tree of another. Pure. */
final class TreeDifference {
  private TreeDifference() {}

  /**
   * The changes, in groups: those of one group may be done in any order, and each group only after
   * the one before.
   *
   * @param source the tree as it shall be, by paths
   * @param present the tree as it is
   * @param nowMillis by the clock that their times are told by; what is due by then is as good as
   *     gone, a directory with all that is in it
   */
  static List<List<Change>> between(
      SortedMap<String, TreeNode> source, SortedMap<String, TreeNode> present, long nowMillis) {
    SortedMap<String, TreeNode> wanted = alive(source, nowMillis);
    List<Change> deletions = deletions(wanted, present);
    NavigableMap<Integer, List<Change>> directories = new TreeMap<>();
    List<Change> values = new ArrayList<>();
    for (TreeNode node : wanted.values()) {
      TreeNode there = present.get(node.path());
      if (there != null && there.isLike(node)) {
        continue;
      }
      if (!node.isDirectory()) {
        values.add(new Change.Put(node));
      } else if (isDirectory(there) || node.expires() || isEmpty(node.path(), wanted)) {
        // Others come into being with what is in them. Parents first: one that is made by the way
        // would be there already when it is to be made with its time to live.
        directories
            .computeIfAbsent(depth(node.path()), depth -> new ArrayList<>())
            .add(new Change.MakeDirectory(node));
      }
    }
    List<List<Change>> groups = new ArrayList<>();
    groups.add(deletions);
    groups.addAll(directories.values());
    groups.add(values);
    groups.removeIf(List::isEmpty);
    return groups;
  }

  private static SortedMap<String, TreeNode> alive(
      SortedMap<String, TreeNode> source, long nowMillis) {
    SortedMap<String, TreeNode> alive = new TreeMap<>();
    Set<String> due = new HashSet<>();
    for (TreeNode node : source.values()) {
      if (node.expiresAtMillis() <= nowMillis) {
        due.add(node.path());
      } else if (!isBeneath(node.path(), due)) {
        alive.put(node.path(), node);
      }
    }
    return alive;
  }

  /** Of what is too much, or is a key instead of a directory; the topmost node of each subtree. */
  private static List<Change> deletions(
      SortedMap<String, TreeNode> wanted, SortedMap<String, TreeNode> present) {
    List<Change> deletions = new ArrayList<>();
    Set<String> gone = new HashSet<>();
    for (TreeNode node : present.values()) {
      TreeNode shallBe = wanted.get(node.path());
      boolean differs = shallBe == null || shallBe.isDirectory() != node.isDirectory();
      if (differs && !isBeneath(node.path(), gone)) {
        deletions.add(new Change.Delete(node.path(), node.isDirectory()));
        gone.add(node.path());
      }
    }
    return deletions;
  }

  /** Whether a path lies beneath one of these. */
  private static boolean isBeneath(String path, Set<String> others) {
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (others.contains(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDirectory(TreeNode node) {
    return node != null && node.isDirectory();
  }

  private static boolean isEmpty(String directory, SortedMap<String, TreeNode> tree) {
    String beneath = directory + "/";
    SortedMap<String, TreeNode> from = tree.tailMap(beneath);
    return from.isEmpty() || !from.firstKey().startsWith(beneath);
  }

  private static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }
}
