package dev.understudy.wal;

import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long does a log take to recover, beside a program that only reads the same files?
 *
 * <p>Writes a log of so many MiB of entries of 256 bytes, reads it with {@code cat} and recovers
 * it, three times each by turns. Everything is in the page cache then, unless the log is larger
 * than memory: what is measured is checking and decoding, beside copying. The directory must be
 * empty.
 *
 * <pre>
 * mvn -o -q -pl peer/wal -am test-compile
 * java -Xmx4g -cp peer/wal/target/test-classes:peer/wal/target/classes:peer/raft/target/classes:… \
 *     dev.understudy.wal.RecoveryBenchmark DIRECTORY 1024
 * </pre>
 */
final class RecoveryBenchmark {
  private static final int ENTRY_BYTES = 256;
  private static final int BATCH = 512;
  private static final int ROUNDS = 3;

  private final Path path;
  private final long bytes;

  RecoveryBenchmark(Path path, long bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  public static void main(String[] args) throws Exception {
    new RecoveryBenchmark(Path.of(args[0]), Long.parseLong(args[1]) << 20)
        .run()
        .forEach(System.out::println);
  }

  /** Runs everything; returns a line for each round of each. */
  List<String> run() throws Exception {
    write();
    long logBytes = logBytes();
    List<String> lines = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      lines.add(line("cat", logBytes, cat()));
      lines.add(line("recovery", logBytes, recover()));
    }
    return lines;
  }

  private static String line(String what, long bytes, long nanos) {
    return String.format(
        Locale.ROOT,
        "%-10s %7.0f MiB %7.2f s %8.0f MB/s",
        what,
        bytes / 1048576.0,
        nanos / 1e9,
        bytes * 1e3 / nanos);
  }

  private void write() throws IOException {
    try (Directory directory = DiskDirectory.open(path);
        Wal wal = Wal.create(directory, Logs.IDENTITY, WalOptions.DEFAULT, WalListener.NONE)) {
      long entries = bytes / FrameHeader.frameBytes(ENTRY_BYTES + 10);
      for (long next = 1; next <= entries; next += BATCH) {
        List<Entry> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < BATCH; i++) {
          batch.add(new Entry(1, next + i, new Payload.Normal(new byte[ENTRY_BYTES])));
        }
        wal.append(WalBatch.of(batch), () -> {});
        wal.turn();
      }
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".wal")).sorted().toList();
    }
  }

  private long logBytes() throws IOException {
    long sum = 0;
    for (Path segment : segments()) {
      sum += Files.size(segment);
    }
    return sum;
  }

  private long cat() throws Exception {
    List<String> command = new ArrayList<>(List.of("cat"));
    segments().forEach(segment -> command.add(segment.toString()));
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("cat has not read the log");
    }
    return System.nanoTime() - start;
  }

  private long recover() throws IOException {
    long start = System.nanoTime();
    try (Directory directory = DiskDirectory.open(path);
        Wal wal =
            Wal.open(
                directory, SnapshotStore.open(directory), WalOptions.DEFAULT, WalListener.NONE)) {
      long nanos = System.nanoTime() - start;
      if (wal.recovered().entries().isEmpty()) {
        throw new IllegalStateException("nothing was recovered");
      }
      return nanos;
    }
  }
}
