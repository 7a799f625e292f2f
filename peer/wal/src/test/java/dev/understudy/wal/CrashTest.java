package dev.understudy.wal;

import static dev.understudy.wal.Logs.entries;
import static dev.understudy.wal.Logs.hardState;
import static dev.understudy.wal.Logs.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The machine dies at every point of a scripted workload, in every way that a disk allows. */
class CrashTest {
  /** Everything that a log does: groups, overwriting, new segments, snapshots, deletion. */
  static void script(Workload work) throws IOException {
    work.append(WalBatch.of(hardState(1, 7, 0)));
    work.turn();
    work.append(WalBatch.of(entries(1, 1, 2, 40), hardState(1, 7, 0)));
    work.append(WalBatch.of(entries(1, 3, 3, 700)));
    work.append(WalBatch.of(hardState(1, 7, 2)));
    work.turn();
    work.append(WalBatch.of(hardState(1, 7, 3)));
    work.turn();
    work.append(WalBatch.of(entries(1, 4, 6, 600)));
    work.turn();
    work.append(WalBatch.of(entries(2, 5, 5, 0), hardState(2, 8, 4)));
    work.turn();
    work.snapshot(snapshot(1, 4));
    work.append(WalBatch.of(entries(2, 6, 7, 1500)));
    work.turn();
    work.append(WalBatch.of(hardState(2, 8, 7)));
    work.append(WalBatch.of(entries(2, 8, 9, 900)));
    work.turn();
    work.snapshot(snapshot(2, 7));
    work.install(
        snapshot(3, 20),
        WalBatch.installed(
            snapshot(3, 20), entries(3, 21, 21, 50), Optional.of(hardState(3, 0, 20))));
    work.append(WalBatch.of(entries(3, 22, 24, 300), hardState(3, 9, 22)));
    work.turn();
  }

  /** The machine is off from operation {@code at} on, after {@code bytes} of it if it writes. */
  private static final class PowerFailure implements MemoryDisk.Faults {
    private final long at;
    private final int bytes;

    PowerFailure(long at, int bytes) {
      this.at = at;
      this.bytes = bytes;
    }

    @Override
    public int allow(MemoryDisk.Operation operation) throws IOException {
      if (operation.number() < at) {
        return operation.bytes();
      }
      if (operation.number() == at && operation.kind() == MemoryDisk.Kind.WRITE) {
        return bytes;
      }
      throw new IOException("no power");
    }
  }

  private record Outcome(MemoryDisk disk, List<Model> possible) {}

  private static Outcome runUntil(PowerFailure failure) throws IOException {
    MemoryDisk disk = new MemoryDisk("disk");
    disk.setFaults(failure);
    Workload work;
    try {
      work = new Workload(disk.mount(), Model.EMPTY);
    } catch (IOException e) {
      return new Outcome(disk, List.of(Model.EMPTY));
    }
    try {
      script(work);
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
    return new Outcome(disk, work.possible());
  }

  /** Recovers, compares, goes on writing, and recovers once more. */
  private static void check(Outcome outcome, MemorySurvival survival, String description)
      throws IOException {
    MemoryDisk disk = outcome.disk();
    disk.powerCut(survival);
    disk.setFaults(MemoryDisk.Faults.NONE);
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    Recovered recovered = work.recovered();
    Optional<Model> match =
        outcome.possible().stream()
            .filter(model -> model.recovered().equals(recovered))
            .findFirst();
    assertThat(match).as("%s: %s", description, recovered).isPresent();
    checkBody(work.directory(), recovered.snapshot());
    long next = match.get().lastIndex() + 1;
    work.append(WalBatch.of(entries(9, next, next + 1, 60), hardState(9, 1, next - 1)));
    work.turn();
    disk.powerCut(MemorySurvival.NOTHING);
    Model expected =
        match.get().after(WalBatch.of(entries(9, next, next + 1, 60), hardState(9, 1, next - 1)));
    assertThat(Logs.recover(disk)).as(description).isEqualTo(expected.recovered());
  }

  private static void checkBody(Directory directory, Optional<SnapshotMetadata> snapshot)
      throws IOException {
    if (snapshot.isPresent()) {
      try (InputStream in = SnapshotStore.open(directory).open(snapshot.get())) {
        assertThat(in.readAllBytes()).isEqualTo(Workload.body(snapshot.get()));
      }
    }
  }

  private static MemorySurvival random(long seed) {
    return MemorySurvival.byChance(new SplittableRandom(seed), 50);
  }

  private static long operationsOfScript() throws IOException {
    return runUntil(new PowerFailure(Long.MAX_VALUE, 0)).disk().operations();
  }

  @Test
  void nothingAcknowledgedIsLostWhereverThePowerFails() throws IOException {
    long operations = operationsOfScript();
    assertThat(operations).isBetween(50L, 500L);
    for (long at = 0; at <= operations; at++) {
      for (int bytes : new int[] {0, Integer.MAX_VALUE}) {
        PowerFailure failure = new PowerFailure(at, bytes);
        String where = "operation " + at + ", " + bytes + " bytes of it";
        check(runUntil(failure), MemorySurvival.EVERYTHING, where + ", all survives");
        check(runUntil(failure), MemorySurvival.NOTHING, where + ", only what was synced survives");
        for (int seed = 0; seed < 20; seed++) {
          check(runUntil(failure), random(at * 100 + seed), where + ", random " + seed);
        }
      }
    }
  }

  @Test
  void aWriteMayBeTornAtAnyByte() throws IOException {
    long operations = operationsOfScript();
    for (long at = 0; at < operations; at++) {
      int bytes = bytesWrittenBy(at);
      for (int torn = 1; torn < bytes; torn++) {
        check(
            runUntil(new PowerFailure(at, torn)),
            MemorySurvival.EVERYTHING,
            "operation " + at + " torn after " + torn + " of " + bytes + " bytes");
      }
    }
  }

  private static int bytesWrittenBy(long at) throws IOException {
    int[] bytes = {0};
    MemoryDisk disk = new MemoryDisk("disk");
    disk.setFaults(
        operation -> {
          if (operation.number() == at && operation.kind() == MemoryDisk.Kind.WRITE) {
            bytes[0] = operation.bytes();
          }
          return operation.bytes();
        });
    script(new Workload(disk.mount(), Model.EMPTY));
    return bytes[0];
  }
}
