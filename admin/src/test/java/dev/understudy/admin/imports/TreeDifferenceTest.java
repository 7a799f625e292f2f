package dev.understudy.admin.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TreeDifferenceTest {
  private static final long NOW = 1_000_000;

  private static TreeNode key(String path, String value) {
    return new TreeNode(path, Optional.of(value), TreeNode.PERMANENT);
  }

  private static TreeNode directory(String path) {
    return new TreeNode(path, Optional.empty(), TreeNode.PERMANENT);
  }

  private static TreeNode until(TreeNode node, long millis) {
    return new TreeNode(node.path(), node.value(), millis);
  }

  private static NavigableMap<String, TreeNode> tree(TreeNode... nodes) {
    NavigableMap<String, TreeNode> tree = new TreeMap<>();
    for (TreeNode node : nodes) {
      tree.put(node.path(), node);
    }
    return tree;
  }

  private static List<List<Change>> between(
      NavigableMap<String, TreeNode> wanted, NavigableMap<String, TreeNode> present) {
    return TreeDifference.between(wanted, present, NOW);
  }

  @Test
  void likeTreesNeedNothing() {
    NavigableMap<String, TreeNode> tree =
        tree(directory("/a"), key("/a/b", "v"), until(key("/c", ""), NOW + 5_000));

    assertThat(between(tree, tree(tree.values().toArray(TreeNode[]::new)))).isEmpty();
  }

  @Test
  void aDirectoryComesIntoBeingWithWhatIsInIt() {
    assertThat(between(tree(directory("/a"), key("/a/b", "v")), tree()))
        .containsExactly(List.of(new Change.Put(key("/a/b", "v"))));
  }

  @Test
  void directoriesThatAreEmptyOrExpireAreMadeParentsFirst() {
    TreeNode outer = until(directory("/a"), NOW + 60_000);
    TreeNode inner = until(directory("/a/b"), NOW + 50_000);
    TreeNode empty = directory("/a/empty");

    assertThat(between(tree(outer, inner, empty, key("/a/b/c", "v")), tree()))
        .containsExactly(
            List.of(new Change.MakeDirectory(outer)),
            List.of(new Change.MakeDirectory(inner), new Change.MakeDirectory(empty)),
            List.of(new Change.Put(key("/a/b/c", "v"))));
  }

  @Test
  void whatIsTooMuchGoesByItsTopmostNodeAndFirst() {
    assertThat(
            between(
                tree(key("/a", "new")),
                tree(
                    key("/a", "old"),
                    directory("/b"),
                    directory("/b/c"),
                    key("/b/c/d", "v"),
                    key("/b-side", "v"))))
        .containsExactly(
            List.of(new Change.Delete("/b", true), new Change.Delete("/b-side", false)),
            List.of(new Change.Put(key("/a", "new"))));
  }

  @Test
  void aKeyMakesRoomForADirectoryAndTheOtherWayRound() {
    assertThat(
            between(
                tree(directory("/a"), key("/a/x", "1"), key("/b", "2")),
                tree(key("/a", "v"), directory("/b"), key("/b/y", "v"))))
        .containsExactly(
            List.of(new Change.Delete("/a", false), new Change.Delete("/b", true)),
            List.of(new Change.Put(key("/a/x", "1")), new Change.Put(key("/b", "2"))));
  }

  @Test
  void aTimeToLiveThatIsOffByWhatRoundingTakesIsLeftAlone() {
    TreeNode wanted = until(key("/a", "v"), NOW + 60_000);

    assertThat(between(tree(wanted), tree(until(wanted, NOW + 58_000)))).isEmpty();
    assertThat(between(tree(wanted), tree(until(wanted, NOW + 50_000))))
        .containsExactly(List.of(new Change.Put(wanted)));
    assertThat(between(tree(wanted), tree(key("/a", "v"))))
        .containsExactly(List.of(new Change.Put(wanted)));
    assertThat(between(tree(key("/a", "v")), tree(wanted)))
        .containsExactly(List.of(new Change.Put(key("/a", "v"))));
  }

  @Test
  void aDirectoryThatIsDueGoesWithAllThatIsInIt() {
    TreeNode due = until(directory("/a"), NOW);
    NavigableMap<String, TreeNode> source =
        tree(due, key("/a-b", "stays"), key("/a/b", "v"), directory("/a/c"), key("/a/c/d", "v"));

    assertThat(between(source, tree()))
        .containsExactly(List.of(new Change.Put(key("/a-b", "stays"))));
    assertThat(between(source, tree(due, key("/a-b", "stays"), key("/a/b", "v"))))
        .containsExactly(List.of(new Change.Delete("/a", true)));
  }

  @Test
  void whatIsDueIsNotWritten() {
    assertThat(between(tree(until(key("/a", "v"), NOW)), tree())).isEmpty();
  }
}
