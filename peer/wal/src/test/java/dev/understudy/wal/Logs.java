package dev.understudy.wal;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the tests of the log share: small options, and short ways to make values. */
final class Logs {
  static final WalIdentity IDENTITY = new WalIdentity(0xc1L, 0x0aL);
  static final WalOptions SMALL = new WalOptions(4096, 1024, 4096, 64, 0);

  private Logs() {}

  static Entry entry(long term, long index, int bytes) {
    byte[] data = new byte[bytes];
    Arrays.fill(data, (byte) (1 + (term * 31 + index) % 120));
    return new Entry(term, index, new Payload.Normal(data));
  }

  static List<Entry> entries(long term, long from, long to, int bytes) {
    List<Entry> entries = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      entries.add(entry(term, index, bytes));
    }
    return entries;
  }

  static HardState hardState(long term, long vote, long commit) {
    return new HardState(term, vote, commit);
  }

  static SnapshotMetadata snapshot(long term, long index) {
    return new SnapshotMetadata(term, index, ConfState.ofVoters(1L, 2L, 3L));
  }

  static Wal create(Directory directory) throws IOException {
    return Wal.create(directory, IDENTITY, SMALL, WalListener.NONE);
  }

  static Wal open(Directory directory) throws IOException {
    return Wal.open(directory, SnapshotStore.open(directory), SMALL, WalListener.NONE);
  }

  /** What is recovered from the disk as it is; the log is closed again. */
  static Recovered recover(MemoryDisk disk) throws IOException {
    try (Directory directory = disk.mount();
        Wal wal = open(directory)) {
      return wal.recovered();
    }
  }

  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }
}
