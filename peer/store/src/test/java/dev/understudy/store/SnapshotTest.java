package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SnapshotTest {
  @Test
  void aTreeOfManyKeysComesBackWhole() {
    Store store = new Store();
    for (int i = 0; i < 100_000; i++) {
      String path = "/d" + i % 100 + "/" + i % 7 + "/k" + i;
      store.apply(
          new Operation.Set(
              path, false, "v" + i, i % 3 == 0 ? OptionalLong.of(i) : OptionalLong.empty(), false),
          1000);
    }
    Store restored = new Store();
    restored.restore(store.current().records());
    Invariants.check(restored.current());
    assertThat(restored.current().nodeCount()).isEqualTo(store.current().nodeCount());
    assertSameRecords(restored.current(), store.current());
  }

  @Test
  void aTreeAsDeepAsAPathCanBeIsReadListedExpiredAndRestoredWithoutRecursion() {
    String deep = "/a".repeat(20_000);
    Store store = new Store();
    store.apply(new Operation.Set(deep, false, "1", OptionalLong.of(5), false), 0);
    assertThat(store.current().nodeCount()).isEqualTo(20_000);
    Result.Success found = (Result.Success) store.current().get("/a", true);
    int depth = 0;
    NodeView node = found.event().node();
    while (node.dir()) {
      node = node.nodes().iterator().next();
      depth++;
    }
    assertThat(depth).isEqualTo(19_999);
    Store restored = new Store();
    restored.restore(store.current().records());
    assertSameRecords(restored.current(), store.current());
    assertThat(restored.expire(5)).hasSize(1);
    store.apply(new Operation.Delete("/a", true, true), 0);
    assertThat(store.current().nodeCount()).isZero();
    assertThat(store.current().nextExpirationMillis()).isEqualTo(NodeView.PERMANENT);
  }

  @Test
  void aHistoryBoundedByBytesIsTheSameBehindASnapshot() {
    Store store = new Store();
    Store restored = new Store();
    for (int i = 0; i < 60; i++) {
      Operation write =
          new Operation.Set("/k", false, "v".repeat(i % 3 * 500_000), OptionalLong.empty(), false);
      store.apply(write, 0);
      if (i == 30) {
        restored.restore(store.current().records());
      } else if (i > 30) {
        restored.apply(write, 0);
      }
    }
    assertThat(store.current().historyBytes()).isLessThan(Store.DEFAULT_HISTORY_BYTES);
    assertThat(store.current().history().size()).isLessThan(30);
    Invariants.check(restored.current());
    assertSameRecords(restored.current(), store.current());
  }

  @Test
  void theIteratorEndsWhereTheVersionDoes() {
    Iterator<SnapshotRecord> records = new Store().current().records();
    assertThat(records.next()).isInstanceOf(SnapshotRecord.Header.class);
    assertThat(records.hasNext()).isFalse();
    assertThatThrownBy(records::next).isInstanceOf(java.util.NoSuchElementException.class);
  }

  @Test
  void aSmallerHistoryKeepsTheNewestEventsOfALargerOne() {
    Script script = new Script(new Store(100));
    for (int i = 0; i < 50; i++) {
      script.answer("set /a " + i);
    }
    Store restored = new Store(10);
    restored.restore(script.store.current().records());
    assertThat(restored.current().history().oldestIndex()).isEqualTo(41);
    assertThat(restored.current().history().lastIndex()).isEqualTo(50);
  }

  @Test
  void whatCannotHaveBeenAVersionIsRefusedAndChangesNothing() {
    assertRefused(List::clear, "the records end too early");
    assertRefused(records -> records.remove(0), "expected a record Header");
    assertRefused(records -> records.remove(records.size() - 1), "the records end too early");
    assertRefused(records -> records.add(records.get(1)), "a record too many");
    assertRefused(records -> records.set(2, records.get(1)), "twice in the tree");
    assertRefused(records -> records.set(3, node(3, "x", 1)), "no place in the tree");
    assertRefused(records -> records.set(3, node(0, "x", 1)), "no place in the tree");
    assertRefused(records -> records.set(3, node(1, "a/b", 1)), "no place in the tree");
    assertRefused(records -> records.set(3, node(1, "..", 1)), "no place in the tree");
    assertRefused(records -> records.set(3, node(1, "x", 9)), "newer than the index");
    assertRefused(records -> records.set(3, node(1, "x".repeat(70_000), 1)), "a path of 70001");
    assertRefused(records -> records.set(5, records.get(6)), "a gap in the history");
  }

  @Test
  void aTreeThatIsTooDeepIsRefusedBeforeItFillsTheMemory() {
    int nodes = 60_000;
    Iterator<SnapshotRecord> records =
        Stream.<SnapshotRecord>concat(
                Stream.of(
                    new SnapshotRecord.Header(
                        9, nodes, 0, new Script().store.current().statistics())),
                IntStream.rangeClosed(1, nodes)
                    .mapToObj(
                        depth ->
                            new SnapshotRecord.Node(depth, "a", null, 1, 1, NodeView.PERMANENT)))
            .iterator();
    assertThatThrownBy(() -> new Store().restore(records))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a path of");
  }

  @Test
  void childrenInAnotherOrderMakeTheSameTree() {
    Script script = new Script();
    List.of("set /a 1", "set /b 2", "set /c 3").forEach(script::answer);
    List<SnapshotRecord> records =
        new ArrayList<>(StorePropertiesTest.records(script.store.current()));
    Collections.swap(records, 1, 3);
    Store restored = new Store();
    restored.restore(records.iterator());
    Invariants.check(restored.current());
    assertSameRecords(restored.current(), script.store.current());

    records.set(2, records.get(1));
    assertThatThrownBy(() -> new Store().restore(records.iterator()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice in the tree: c");
  }

  private static void assertRefused(Consumer<List<SnapshotRecord>> damage, String message) {
    Script script = new Script();
    List.of("set /a 1", "set /b 1", "set /c/d 1").forEach(script::answer);
    List<SnapshotRecord> records =
        new ArrayList<>(StorePropertiesTest.records(script.store.current()));
    damage.accept(records);
    Store store = new Store();
    Version before = store.current();
    assertThatThrownBy(() -> store.restore(records.iterator()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThat(store.current()).isSameAs(before);
  }

  private static SnapshotRecord node(int depth, String name, long index) {
    return new SnapshotRecord.Node(depth, name, "1", index, index, NodeView.PERMANENT);
  }

  private static void assertSameRecords(Version actual, Version expected) {
    Iterator<SnapshotRecord> a = actual.records();
    Iterator<SnapshotRecord> b = expected.records();
    while (a.hasNext() && b.hasNext()) {
      SnapshotRecord left = a.next();
      SnapshotRecord right = b.next();
      if (!left.equals(right)) {
        assertThat(left).isEqualTo(right);
      }
    }
    assertThat(a.hasNext()).isEqualTo(b.hasNext());
  }
}
