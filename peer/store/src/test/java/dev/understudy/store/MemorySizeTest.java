package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/**
 * What the quota counts: memory, in whatever script clients write, and with whatever they ask for.
 */
class MemorySizeTest {
  private static final int COUNT = 1_000;

  private final Store store = new Store();

  private long bytesOfTree() {
    Invariants.check(store.current());
    return store.current().treeBytes();
  }

  private void set(String path, String value, OptionalLong ttlMillis) {
    store.apply(new Operation.Set(path, false, value, ttlMillis, false), 0);
  }

  @Test
  void charactersBeyondLatin1TakeTwoBytes() {
    set("/a", "\u00e9".repeat(COUNT), OptionalLong.empty());
    long latin = bytesOfTree();
    set("/a", "\u4f60".repeat(COUNT), OptionalLong.empty());
    assertThat(bytesOfTree() - latin).isEqualTo(COUNT);
    set("/a", "v".repeat(COUNT - 1) + "\u4f60", OptionalLong.empty());
    assertThat(bytesOfTree() - latin).as("one such character widens all").isEqualTo(COUNT);
    set("/a", "v".repeat(COUNT), OptionalLong.empty());
    assertThat(bytesOfTree()).isEqualTo(latin);
  }

  @Test
  void soItIsWithNames() {
    set("/" + "n".repeat(100), "", OptionalLong.empty());
    long latin = bytesOfTree();
    store.apply(new Operation.Delete("/" + "n".repeat(100), false, false), 0);
    assertThat(bytesOfTree()).isZero();
    set("/" + "\u4f60".repeat(100), "", OptionalLong.empty());
    assertThat(bytesOfTree() - latin).isEqualTo(100);
    store.apply(new Operation.Delete("/" + "\u4f60".repeat(100), false, false), 0);
    assertThat(bytesOfTree()).isZero();
  }

  /** To know when they are due, their whole paths are kept. */
  @Test
  void keysWithATimeToLiveCountTheirPathsToo() {
    String directory = "/d".repeat(500);
    for (int i = 0; i < COUNT; i++) {
      set(directory + "/" + i, "", OptionalLong.empty());
    }
    long permanent = bytesOfTree();
    for (int i = 0; i < COUNT; i++) {
      set(directory + "/" + i, "", OptionalLong.of(5_000));
    }
    assertThat(bytesOfTree() - permanent).isGreaterThan((long) COUNT * directory.length());
    Store restored = new Store();
    restored.restore(store.current().records());
    Invariants.check(restored.current());
    assertThat(restored.current().treeBytes()).isEqualTo(store.current().treeBytes());
    store.apply(new Operation.Delete("/d", true, true), 0);
    assertThat(bytesOfTree()).isZero();
    restored.expire(10_000);
    for (int i = 0; i < COUNT; i++) {
      restored.apply(
          new Operation.Set(directory + "/" + i, false, "", OptionalLong.empty(), false), 0);
    }
    assertThat(restored.current().treeBytes()).isEqualTo(permanent);
  }

  @Test
  void eventsOfTheHistoryCountLikewise() {
    set("/a", "v".repeat(COUNT), OptionalLong.empty());
    long latin = store.current().historyBytes();
    set("/a", "\u4f60".repeat(COUNT), OptionalLong.empty());
    long both = store.current().historyBytes();
    assertThat(both - 2 * latin)
        .as("two bytes each, and the value before")
        .isGreaterThan(2 * COUNT);
    Invariants.check(store.current());
  }
}
