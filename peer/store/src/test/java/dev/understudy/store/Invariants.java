package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeSet;

/** What is true of every version. */
final class Invariants {
  private Invariants() {}

  static void check(Version version) {
    record Place(String path, Node node) {}
    TreeSet<Expiration> due = new TreeSet<>();
    long nodes = 0;
    Deque<Place> places = new ArrayDeque<>();
    places.push(new Place("", version.root()));
    while (!places.isEmpty()) {
      Place place = places.pop();
      Node node = place.node();
      if (node.expires()) {
        due.add(new Expiration(node.expirationMillis(), place.path()));
      }
      assertThat(node.createdIndex()).isLessThanOrEqualTo(node.modifiedIndex());
      assertThat(node.modifiedIndex()).isLessThanOrEqualTo(version.index());
      if (node instanceof Node.File file) {
        assertThat(file.bytes()).isEqualTo(256 + sizeOf(file.value()));
      }
      if (node instanceof Node.Directory directory) {
        long beneath = 0;
        long expiring = 0;
        long bytes = 0;
        for (Map.Entry<String, Node> child : directory.children().entrySet()) {
          assertThat(KeyPath.isName(child.getKey())).isTrue();
          beneath += child.getValue().weight();
          expiring += child.getValue().expiringCount();
          bytes += sizeOf(child.getKey()) + child.getValue().bytes();
          places.push(new Place(place.path() + "/" + child.getKey(), child.getValue()));
          nodes++;
        }
        assertThat(directory.nodesBeneath()).isEqualTo(beneath);
        assertThat(directory.expiringCountBeneath()).isEqualTo(expiring);
        assertThat(directory.bytesBeneath()).isEqualTo(bytes);
      }
    }
    assertThat(version.nodeCount()).isEqualTo(nodes);
    assertThat(version.due().nodes()).containsExactlyElementsOf(due);
    long dueBytes = due.stream().mapToLong(each -> 128 + sizeOf(each.path())).sum();
    assertThat(version.due().bytes()).isEqualTo(dueBytes);
    assertThat(version.treeBytes()).isEqualTo(version.root().bytesBeneath() + dueBytes);
    History history = version.history();
    assertThat(history.lastIndex()).isEqualTo(version.index());
    long historyBytes = 0;
    for (long i = history.oldestIndex(); i <= history.lastIndex(); i++) {
      assertThat(history.at(i).index()).isEqualTo(i);
      historyBytes += history.at(i).bytes();
    }
    assertThat(history.bytes()).isEqualTo(historyBytes);
  }

  private static long sizeOf(String text) {
    return text.chars().anyMatch(each -> each > 0xff) ? 2L * text.length() : text.length();
  }
}
