package dev.understudy.wal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Appends, prints the index of what is durable, and goes on until it is killed. */
final class KilledWriter {
  private static final int IN_FLIGHT = 16;
  static final WalOptions OPTIONS = WalOptions.DEFAULT.withSegmentBytes(1 << 17);

  private KilledWriter() {}

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Directory directory = DiskDirectory.open(Path.of(args[0]));
    Wal wal = open(directory);
    List<?> recovered = wal.recovered().entries();
    wal.start(Logs::daemon);
    Semaphore free = new Semaphore(IN_FLIGHT);
    for (long index = recovered.size() + 1L; ; index++) {
      long durable = index;
      free.acquire();
      wal.append(
          WalBatch.of(Logs.entries(1, index, index, (int) (index * 37 % 700))),
          () -> {
            out.println(durable);
            free.release();
          });
    }
  }

  private static Wal open(Directory directory) throws Exception {
    return Wal.exists(directory)
        ? Wal.open(directory, SnapshotStore.open(directory), OPTIONS, WalListener.NONE)
        : Wal.create(directory, Logs.IDENTITY, OPTIONS, WalListener.NONE);
  }
}
