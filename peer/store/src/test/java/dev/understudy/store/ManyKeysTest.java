package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What it costs that very many keys go at once, in memory that is taken for each: while they do,
 * their writer does nothing else, and what takes memory takes time.
 */
class ManyKeysTest {
  private static final int COUNT = 50_000;

  /** An event with two views of a node, and its place in the list. */
  private static final long EVENT_BYTES = 500;

  /** What is noted of one that goes, and a node of each tree that is built anew. */
  private static final long NODE_BYTES = 400;

  private final Store store = new Store();

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private void fill(String directory, int count, OptionalLong ttlMillis) {
    for (int i = 0; i < count; i++) {
      String key = "%s/%06d".formatted(directory, i);
      store.apply(new Operation.Set(key, false, "v", ttlMillis, false), 1_000);
    }
  }

  @Test
  void keysThatAreDueTogetherGoTogether() {
    fill("/due", COUNT, OptionalLong.of(5_000));
    fill("/stay", COUNT / 10, OptionalLong.of(50_000));
    long before = allocatedBytes();
    List<Result.Success> expired = store.expire(6_000);
    long bytes = allocatedBytes() - before;
    assertThat(expired).hasSize(COUNT);
    assertThat(store.current().index()).isEqualTo(2 * COUNT + COUNT / 10);
    assertThat(store.current().nodeCount()).isEqualTo(COUNT / 10 + 2);
    assertThat(bytes / COUNT).isLessThan(EVENT_BYTES + NODE_BYTES);
    assertThat(expired.stream().map(Result.Success::before).distinct())
        .as("versions that are kept until all are told")
        .hasSize(1);
  }

  @Test
  void aDirectoryOfKeysWithTimesToLiveGoesWithoutAWayThroughATreeForEach() {
    fill("/jobs", COUNT, OptionalLong.of(5_000));
    fill("/stay", COUNT / 10, OptionalLong.of(5_000));
    long before = allocatedBytes();
    store.apply(new Operation.Delete("/jobs", true, true), 2_000);
    long bytes = allocatedBytes() - before;
    assertThat(store.current().due().nodes()).hasSize(COUNT / 10);
    assertThat(bytes / COUNT).isLessThan(NODE_BYTES);
  }

  @Test
  void aDirectoryOfPermanentKeysGoesByReference() {
    fill("/jobs", COUNT, OptionalLong.empty());
    long before = allocatedBytes();
    store.apply(new Operation.Delete("/jobs", true, true), 2_000);
    assertThat(allocatedBytes() - before).isLessThan(100_000);
    assertThat(store.current().nodeCount()).isZero();
  }

  /** The order of events, what is left, and what whoever watches is told by. */
  @Test
  void whatIsDueTogetherGoesAsOneAfterTheOther() {
    for (int seed = 1; seed <= 100; seed++) {
      Version before = randomTree(new Random(seed));
      Store together = new Store();
      together.replace(before);
      List<Result.Success> events = together.expire(60);

      Version alone = before;
      List<Event> expected = new ArrayList<>();
      for (Result.Success event : events) {
        WriteTxn.Applied applied = new WriteTxn(alone, 60).expire(alone.due().nodes().first());
        Event one = ((Result.Success) applied.result()).event();
        expected.add(one);
        if (one.removesDirectory()) {
          assertThat(children(event.before(), one))
              .as("seed " + seed)
              .isEqualTo(children(alone, one));
        }
        alone = applied.next();
      }
      assertThat(events.stream().map(Result.Success::event)).isEqualTo(expected);
      assertThat(StorePropertiesTest.records(together.current()))
          .as("seed " + seed)
          .isEqualTo(StorePropertiesTest.records(alone));
      Invariants.check(together.current());
    }
  }

  private static Object children(Version version, Event event) {
    Node found = PathCursor.to(version.root(), event.node().key()).found();
    return ((Node.Directory) found).children();
  }

  private static Version randomTree(Random random) {
    Store store = new Store();
    for (int i = 0; i < 120; i++) {
      String path = "/" + random.nextInt(4) + "/" + random.nextInt(4);
      path = random.nextInt(3) == 0 ? path : path + "/" + random.nextInt(30);
      OptionalLong ttl =
          random.nextInt(3) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(100));
      boolean dir = random.nextInt(6) == 0;
      store.apply(new Operation.Set(path, dir, dir ? "" : "v" + i, ttl, false), 0);
      if (random.nextInt(10) == 0) {
        String above = path.substring(0, 2);
        store.apply(
            new Operation.Update(above, "", OptionalLong.of(random.nextInt(100)), false), 0);
      }
    }
    return store.current();
  }
}
