package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.MemorySurvival;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer's directory begins anew, and the power goes at any moment of that. */
class InterruptedBeginningTest {
  private static final int DRAWS = 20;
  private static final int SEGMENTS = 4;
  private static final WalOptions SMALL = new WalOptions(4_096, 1_024, 4_096, 64, 0);
  private static final WalIdentity OLD = new WalIdentity(1, 2);
  private static final WalIdentity NEW = new WalIdentity(3, 4);
  private static final MachineRecord SELF =
      new MachineRecord("a", "http://127.0.0.1:7001", "http://127.0.0.1:4001");

  /** What may be begun over an old log. */
  private enum Beginning {
    FOUNDED {
      @Override
      void begin(Directory directory) throws IOException {
        PeerFiles.found(directory, SMALL, NEW, SELF, ClusterConfig.DEFAULT, 1);
      }
    },
    JOINED {
      @Override
      void begin(Directory directory) throws IOException {
        PeerFiles.prepare(directory, SMALL, NEW);
      }
    },
    DROPPED {
      @Override
      void begin(Directory directory) throws IOException {
        PeerFiles.drop(directory);
      }
    },
    /** By a process that was killed before it had synced its mark, and by the one after it. */
    BEGUN_TWICE {
      @Override
      void prepare(MemoryDisk disk) throws IOException {
        try (Directory directory = disk.mount()) {
          directory.create("unfinished").close();
        }
        disk.kill();
      }

      @Override
      void begin(Directory directory) throws IOException {
        PeerFiles.clearInterrupted(directory);
        PeerFiles.prepare(directory, SMALL, NEW);
      }
    };

    void prepare(MemoryDisk disk) throws IOException {}

    abstract void begin(Directory directory) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void aPowerCutLeavesTheOldLogWholeOrTheNewOneOrAMarkThatNeitherIs(Beginning beginning)
      throws IOException {
    MemoryDisk whole = oldLog(beginning);
    long begun = whole.operations();
    beginning.begin(whole.mount());
    long ended = whole.operations();
    for (long at = begun; at <= ended; at++) {
      for (int draw = 0; draw < DRAWS; draw++) {
        MemoryDisk disk = oldLog(beginning);
        disk.setFaults(MemoryDisk.Faults.offFrom(at));
        beginUntilThePowerFails(beginning, disk);
        disk.setFaults(MemoryDisk.Faults.NONE);
        disk.powerCut(MemorySurvival.byChance(new SplittableRandom(at * 1_000 + draw), 50));
        check(disk, beginning + " off at " + (at - begun) + ", draw " + draw);
      }
    }
  }

  private static void beginUntilThePowerFails(Beginning beginning, MemoryDisk disk)
      throws IOException {
    Directory directory = disk.mount();
    try {
      beginning.begin(directory);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("the power has failed");
    }
  }

  /** Segments with an entry each, and two snapshots. */
  private static MemoryDisk oldLog(Beginning beginning) throws IOException {
    MemoryDisk disk = new MemoryDisk("disk");
    try (Directory directory = disk.mount();
        Wal wal = Wal.create(directory, OLD, SMALL, WalListener.NONE)) {
      SnapshotStore snapshots = SnapshotStore.open(directory);
      for (int i = 1; i <= SEGMENTS; i++) {
        Entry entry = new Entry(1, i, new Payload.Normal(new byte[3_000]));
        wal.append(WalBatch.of(List.of(entry), new HardState(1, 2, i)), () -> {});
        wal.turn();
      }
      for (int i = 2; i <= 3; i++) {
        SnapshotMetadata of = new SnapshotMetadata(1, i, ConfState.ofVoters(2L));
        snapshots.save(of, out -> out.write(1));
        wal.append(WalBatch.taken(of), () -> {});
        wal.turn();
      }
    }
    beginning.prepare(disk);
    return disk;
  }

  private static void check(MemoryDisk disk, String what) throws IOException {
    try (Directory directory = disk.mount()) {
      PeerFiles.clearInterrupted(directory);
      if (!PeerFiles.exist(directory)) {
        return;
      }
      SnapshotStore snapshots = SnapshotStore.open(directory);
      try (Wal wal = Wal.open(directory, snapshots, SMALL, WalListener.NONE)) {
        boolean old = wal.recovered().identity().equals(OLD);
        assertThat(wal.recovered().identity()).as(what).isIn(OLD, NEW);
        assertThat(wal.recovered().snapshot().isPresent()).as(what).isEqualTo(old);
      }
    }
  }

  @Test
  void whatIsReadOfAPromiseIsKept() throws IOException {
    MemoryDisk disk = new MemoryDisk("disk");
    Directory first = disk.mount();
    disk.setFaults(
        operation -> {
          if (operation.kind() == MemoryDisk.Kind.FORCE_DIRECTORY) {
            throw new IOException("killed before the sync");
          }
          return operation.bytes();
        });
    try {
      PeerFiles.savePromise(first, Optional.of("to a"));
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("killed");
    }
    disk.kill();
    disk.setFaults(MemoryDisk.Faults.NONE);
    assertThat(PeerFiles.promise(disk.mount())).contains("to a");

    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(PeerFiles.promise(disk.mount())).contains("to a");
  }
}
