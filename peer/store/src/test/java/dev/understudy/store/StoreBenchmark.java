package dev.understudy.store;

import java.util.Iterator;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Question: how many writes a second does one thread apply to a directory of many children, and
 * what do reads, listings and snapshots cost? Needed: more than 200,000 writes a second.
 *
 * <p>Command, in peer/store after {@code mvn test-compile}: {@code java -cp
 * target/classes:target/test-classes:PCOLLECTIONS_JAR dev.understudy.store.StoreBenchmark}
 */
final class StoreBenchmark {
  private static final String VALUE = "v".repeat(256);
  private static final OptionalLong PERMANENT = OptionalLong.empty();

  private final int children;
  private final Store store = new Store();
  private final SplittableRandom random = new SplittableRandom(1);

  /** What was read, so that reading it cannot be left out. */
  private long sink;

  StoreBenchmark(int children) {
    this.children = children;
  }

  /** Runs everything three times over, for the compiler, and prints the last. */
  public static void main(String[] args) {
    for (int children : new int[] {10_000, 100_000, 1_000_000}) {
      for (int round = 1; round <= 3; round++) {
        StoreBenchmark benchmark = new StoreBenchmark(children);
        benchmark.run(200_000, round == 3);
        System.out.println("read " + benchmark.sink);
      }
    }
  }

  /** Does each task, and says how long it took if asked to. */
  void run(int operations, boolean print) {
    Watchers watchers = new Watchers(store);
    report(print, "create", children, i -> set(i, PERMANENT));
    report(print, "overwrite", operations, i -> set(random.nextInt(children), PERMANENT));
    report(
        print,
        "overwrite with a time to live",
        operations,
        i -> set(random.nextInt(children), OptionalLong.of(1 + random.nextInt(1_000_000))));
    report(print, "overwrite, 10,000 watching other keys", operations, watched(watchers, 10_000));
    watchers.close();
    report(
        print,
        "get",
        operations,
        i -> sink += show(store.current().get(key(random.nextInt(children)), false)));
    report(print, "list, by child", children, walk(store.current()));
    report(print, "snapshot, by record", children, drain(store.current().records()));
    Iterator<SnapshotRecord> records = store.current().records();
    report(print, "restore, all", 1, i -> new Store().restore(records));
  }

  Version version() {
    return store.current();
  }

  private Task watched(Watchers watchers, int count) {
    for (int i = 0; i < count; i++) {
      watchers.watch("/elsewhere/" + i, false, false, 0, watch -> {});
    }
    return i ->
        watchers.notify(
            (Result.Success)
                store.apply(
                    new Operation.Set(
                        key(random.nextInt(children)), false, VALUE, PERMANENT, false),
                    0));
  }

  private void set(int child, OptionalLong ttlMillis) {
    store.apply(new Operation.Set(key(child), false, VALUE, ttlMillis, false), 0);
  }

  private static String key(int child) {
    return "/directory/key-" + Integer.toString(1_000_000_000 + child);
  }

  private Task walk(Version version) {
    Result.Success found = (Result.Success) version.get("/directory", false);
    Iterator<NodeView> nodes = found.event().node().nodes().iterator();
    return i -> sink += nodes.next().modifiedIndex();
  }

  private Task drain(Iterator<SnapshotRecord> records) {
    return i -> sink += records.next().hashCode() & 1;
  }

  private static long show(Result result) {
    return ((Result.Success) result).event().index();
  }

  private void report(boolean print, String what, int times, Task task) {
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      task.run(i);
    }
    long nanos = System.nanoTime() - start;
    if (print) {
      System.out.printf(
          "%,9d children  %-40s %,12d ns each  %,12d a second%n",
          children, what, nanos / times, times * 1_000_000_000L / nanos);
    }
  }

  @FunctionalInterface
  private interface Task {
    void run(int i);
  }
}
