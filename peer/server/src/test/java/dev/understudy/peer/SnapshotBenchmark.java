package dev.understudy.peer;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Do writes wait while a snapshot of many keys is written?
 *
 * <p>A cluster of one on the real disk begins with so many keys; then a few clients write over
 * HTTP, by turns with and without a snapshot being written beside them, all the time, to the same
 * directory and in the way in which a peer takes them (an immutable version, another thread, a sync
 * every few megabytes).
 *
 * <pre>
 * mvn -o -q -pl peer/server -am test-compile
 * java -Xmx3g -cp … dev.understudy.peer.SnapshotBenchmark DIRECTORY 1000000 20
 * </pre>
 */
final class SnapshotBenchmark {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 2;
  private static final long NO_SNAPSHOTS = 1L << 40;

  private final Path path;
  private final int keys;
  private final double seconds;

  SnapshotBenchmark(Path path, int keys, double seconds) {
    this.path = path;
    this.keys = keys;
    this.seconds = seconds;
  }

  public static void main(String[] args) throws Exception {
    new SnapshotBenchmark(Path.of(args[0]), Integer.parseInt(args[1]), Double.parseDouble(args[2]))
        .run()
        .forEach(System.out::println);
  }

  /** Runs everything; returns a line for each part. */
  List<String> run() throws Exception {
    List<String> lines = new ArrayList<>();
    try (Directory directory = DiskDirectory.open(path.resolve("peer"));
        Directory aside = DiskDirectory.open(path.resolve("aside"))) {
      found(directory);
      WalOptions options = WalOptions.DEFAULT.withReserveBytes(0);
      try (ClusterOfOne peer = new ClusterOfOne(directory, options, NO_SNAPSHOTS)) {
        awaitLeader(peer);
        for (int round = 0; round < ROUNDS; round++) {
          lines.add(line("writes alone", write(peer)));
          try (Snapshotting snapshotting = new Snapshotting(peer, aside)) {
            lines.add(line("beside a snapshot", write(peer)));
            lines.add(snapshotting.line());
          }
        }
      }
    }
    return lines;
  }

  /** A cluster of one that begins with that many keys. */
  private void found(Directory directory) throws IOException {
    StateMachine machine = new StateMachine(1);
    machine.apply(
        1,
        0,
        ChangeSeats.give(new MachineRecord("old", "http://127.0.0.1:1", "http://127.0.0.1:2"), 1));
    for (int i = 0; i < keys; i++) {
      Operation set =
          new Operation.Set(
              "/many/" + i % 1000 + "/" + i,
              false,
              "value of key " + i,
              OptionalLong.empty(),
              false);
      machine.apply(2L + i, 0, new WriteKey(set));
    }
    PeerFiles.restore(
        directory,
        new WalIdentity(0xc1, 0xa),
        ClusterOfOne.SELF,
        new SnapshotMetadata(1, 1L + keys, ConfState.ofVoters(1L)),
        machine.image());
  }

  /** The first write is taken once there is a leader. */
  private static void awaitLeader(ClusterOfOne peer) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (peer.put("/first", "x").statusCode() / 100 != 2) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no leader within a minute");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private List<long[]> write(ClusterOfOne peer) throws Exception {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    return parallel(
        WRITERS,
        writer -> {
          List<Long> nanos = new ArrayList<>();
          for (int i = 0; System.nanoTime() < end; i++) {
            long start = System.nanoTime();
            peer.put("/written/" + writer + "/" + i % 1000, "x");
            nanos.add(System.nanoTime() - start);
          }
          return nanos.stream().mapToLong(Long::longValue).toArray();
        });
  }

  /** Something that one of several clients does. */
  private interface Work {
    long[] run(int number) throws Exception;
  }

  private static List<long[]> parallel(int count, Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(threads.submit(() -> work.run(number)));
      }
      List<long[]> results = new ArrayList<>();
      for (Future<long[]> each : running) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private String line(String what, List<long[]> nanos) {
    long[] all = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "%-20s %7.0f writes/s  p50 %6.2f ms  p99 %6.2f ms  max %7.2f ms",
        what,
        all.length / seconds,
        at(all, 0.5),
        at(all, 0.99),
        at(all, 1));
  }

  private static double at(long[] sorted, double part) {
    return sorted.length == 0
        ? 0
        : sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))] / 1e6;
  }

  /** Writes one snapshot after the other until it is closed. */
  private static final class Snapshotting implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Void> ended;
    private long count;
    private long nanos;
    private long bytes;

    Snapshotting(ClusterOfOne peer, Directory directory) throws IOException {
      SnapshotStore files = SnapshotStore.open(directory);
      ended = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (!stopped.get()) {
                    one(peer, directory, files);
                  }
                  ended.complete(null);
                } catch (Exception e) {
                  ended.completeExceptionally(e);
                }
              },
              "snapshots");
      thread.start();
    }

    private void one(ClusterOfOne peer, Directory directory, SnapshotStore files) throws Exception {
      long start = System.nanoTime();
      AdminOutcome<StateCapture> outcome = peer.peer().admin().capture().get(60, TimeUnit.SECONDS);
      StateCapture capture = ((AdminOutcome.Done<StateCapture>) outcome).value();
      files.save(capture.metadata(), out -> StateImageCodec.write(capture.image(), out));
      nanos += System.nanoTime() - start;
      count++;
      bytes = files.rawBytes(capture.metadata());
      for (String file : directory.list()) {
        directory.delete(file);
      }
    }

    /** Waits for the one under way. */
    String line() {
      close();
      return String.format(
          Locale.ROOT,
          "%-20s %7d snapshots, %.1f s each, %.0f MB",
          "",
          count,
          nanos / 1e9 / Math.max(1, count),
          bytes / 1e6);
    }

    @Override
    public void close() {
      stopped.set(true);
      ended.join();
    }
  }
}
