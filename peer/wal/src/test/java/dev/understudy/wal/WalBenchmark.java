package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.io.FileUtils;

/**
 * How many appends a second does the log take, and how near is it to what the disk can sync?
 *
 * <p>One writer hands over one batch (of 1 or of 64 entries of 256 bytes) and waits for it, like a
 * cluster with one client; then 64 writers' worth of single entries are kept in flight, like one
 * with many. Beside it, in the same run: the same bytes written and synced in a plain loop.
 *
 * <pre>
 * mvn -o -q -pl peer/wal -am test-compile
 * java -cp peer/wal/target/test-classes:peer/wal/target/classes:peer/raft/target/classes:… \
 *     dev.understudy.wal.WalBenchmark DIRECTORY SECONDS
 * </pre>
 */
final class WalBenchmark {
  private static final int ENTRY_BYTES = 256;

  private static final int RAW_BYTES = 4 << 20;

  /** Short and many, by turns: what else the machine does meanwhile then meets all alike. */
  private static final int ROUNDS = 12;

  private static final class Total {
    private long entries;
    private long syncs;
    private long nanos;

    private String line(String what) {
      double passed = nanos / 1e9;
      return String.format(
          Locale.ROOT,
          "%-42s %9.0f entries/s %8.0f syncs/s",
          what,
          entries / passed,
          syncs / passed);
    }
  }

  private final Map<String, Total> totals = new LinkedHashMap<>();

  private final Path root;
  private final double seconds;

  WalBenchmark(Path root, double seconds) {
    this.root = root;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    new WalBenchmark(Path.of(args[0]), Double.parseDouble(args[1]))
        .run()
        .forEach(System.out::println);
  }

  /** Runs everything; returns a line for each kind of run. */
  List<String> run() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      raw(1);
      oneWriter(1);
      byHand(1);
      raw(64);
      oneWriter(64);
      byHand(64);
      inFlight(64);
    }
    List<String> lines = new ArrayList<>();
    totals.forEach((what, total) -> lines.add(total.line(what)));
    return lines;
  }

  private void report(String what, long entries, long syncs, long nanos) {
    Total total = totals.computeIfAbsent(what, name -> new Total());
    total.entries += entries;
    total.syncs += syncs;
    total.nanos += nanos;
  }

  /** The disk itself: the same bytes at the same places, in space that is filled already. */
  private void raw(int entries) throws IOException {
    int bytes = entries * FrameHeader.frameBytes(ENTRY_BYTES + 10);
    try (Directory directory = DiskDirectory.open(root.resolve("raw"));
        WritableFile file = directory.create("raw")) {
      file.preallocate(RAW_BYTES);
      file.force();
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
      long position = 0;
      long syncs = 0;
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      while (System.nanoTime() < end) {
        position = position + bytes > RAW_BYTES ? 0 : position;
        file.write(buffer.clear(), position);
        file.force();
        position += bytes;
        syncs++;
      }
      report(
          "raw, " + entries + " entries' bytes a sync",
          syncs * entries,
          syncs,
          System.nanoTime() - start);
    }
    FileUtils.cleanDirectory(root.toFile());
  }

  private interface Run {
    long entries(Wal wal, long end) throws Exception;
  }

  private void measure(String what, boolean threaded, Run run) throws Exception {
    AtomicLong syncs = new AtomicLong();
    WalListener listener =
        new WalListener() {
          @Override
          public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
          }

          @Override
          public void synced(int batches, long bytes) {
            syncs.incrementAndGet();
          }
        };
    try (Directory directory = DiskDirectory.open(root.resolve("wal"));
        Wal wal = Wal.create(directory, Logs.IDENTITY, WalOptions.DEFAULT, listener)) {
      if (threaded) {
        wal.start(Logs::daemon);
      }
      long start = System.nanoTime();
      long entries = run.entries(wal, start + (long) (seconds * 1e9));
      report(what, entries, syncs.get(), System.nanoTime() - start);
    }
    FileUtils.cleanDirectory(root.toFile());
  }

  private static WalBatch batch(long from, int count) {
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(1, from + i, new Payload.Normal(new byte[ENTRY_BYTES])));
    }
    return WalBatch.of(entries);
  }

  private void oneWriter(int count) throws Exception {
    measure(
        "one writer, batches of " + count,
        true,
        (wal, end) -> {
          Semaphore durable = new Semaphore(0);
          long next = 1;
          while (System.nanoTime() < end) {
            wal.append(batch(next, count), durable::release);
            durable.acquire();
            next += count;
          }
          return next - 1;
        });
  }

  private void byHand(int count) throws Exception {
    measure(
        "batches of " + count + ", turned by the writer itself",
        false,
        (wal, end) -> {
          long next = 1;
          while (System.nanoTime() < end) {
            wal.append(batch(next, count), () -> {});
            wal.turn();
            next += count;
          }
          return next - 1;
        });
  }

  private void inFlight(int window) throws Exception {
    measure(
        window + " single entries in flight",
        true,
        (wal, end) -> {
          Semaphore free = new Semaphore(window);
          long next = 1;
          while (System.nanoTime() < end) {
            free.acquire();
            wal.append(batch(next, 1), free::release);
            next++;
          }
          free.acquire(window);
          return next - 1;
        });
  }
}
