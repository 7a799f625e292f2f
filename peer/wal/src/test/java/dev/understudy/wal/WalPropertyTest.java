package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random lives of a log, each ended by a power cut or a broken disk, beside a plain list. */
class WalPropertyTest {
  private static final int LIVES = 6;

  @Property(tries = 400)
  void aLogIsWhatAListWouldBe(@ForAll long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    MemoryDisk disk = new MemoryDisk("disk");
    List<Model> possible = List.of(Model.EMPTY);
    for (int life = 0; life < LIVES; life++) {
      disk.setFaults(MemoryDisk.Faults.NONE);
      Model found = find(disk, possible);
      disk.setFaults(breakdown(random, disk.operations()));
      possible = live(disk, found, random);
      disk.powerCut(survival(random));
    }
    disk.setFaults(MemoryDisk.Faults.NONE);
    find(disk, possible);
  }

  /** Opens the log, and closes it again, to see which of the possible states it is in. */
  private static Model find(MemoryDisk disk, List<Model> possible) throws IOException {
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    Recovered recovered = work.recovered();
    work.close();
    Optional<Model> match =
        possible.stream().filter(model -> model.recovered().equals(recovered)).findFirst();
    assertThat(match).as("one of %s: %s", possible, recovered).isPresent();
    Model model = match.get();
    return new Model(
        model.baseIndex(), model.entries(), recovered.hardState(), recovered.snapshot());
  }

  private static List<Model> live(MemoryDisk disk, Model from, SplittableRandom random)
      throws IOException {
    Workload work;
    try {
      work = new Workload(disk.mount(), from);
    } catch (IOException e) {
      return List.of(from);
    }
    try {
      for (int step = random.nextInt(30); step > 0; step--) {
        step(work, random);
      }
      if (random.nextInt(4) == 0) {
        work.close();
      }
    } catch (IOException e) {
      assertThat(e).as("the disk has broken down").isNotNull();
    }
    return work.possible();
  }

  private static void step(Workload work, SplittableRandom random) throws IOException {
    Model now = work.now();
    long commit = now.hardState().commit();
    long snapshot = now.snapshot().map(SnapshotMetadata::index).orElse(0L);
    switch (random.nextInt(12)) {
      case 0 -> work.append(WalBatch.of(Logs.hardState(term(now), random.nextInt(4), commit)));
      case 1, 2 -> work.append(WalBatch.of(commitTo(now, random)));
      case 3 -> work.append(WalBatch.of(Logs.hardState(term(now) + 1, 0, commit)));
      case 4 -> {
        if (commit > snapshot && commit > now.baseIndex()) {
          Entry last = now.entries().get((int) (commit - now.baseIndex() - 1));
          work.snapshot(Logs.snapshot(last.term(), commit));
        }
      }
      case 5 -> {
        long index = commit + 1 + random.nextInt(5);
        SnapshotMetadata metadata = Logs.snapshot(term(now), index);
        if (random.nextInt(4) == 0) {
          work.install(
              metadata,
              WalBatch.installed(
                  metadata, List.of(), Optional.of(Logs.hardState(term(now), 0, index))));
        }
      }
      default -> {
        long first = Math.max(commit, now.lastIndex() - random.nextInt(3)) + 1;
        work.append(
            WalBatch.of(
                entries(now, first, random),
                Logs.hardState(term(now), now.hardState().vote(), commit)));
      }
    }
    if (random.nextBoolean()) {
      work.turn();
    }
  }

  private static long term(Model now) {
    return Math.max(1, now.hardState().term());
  }

  private static HardState commitTo(Model now, SplittableRandom random) {
    long commit = now.hardState().commit();
    long next = commit + random.nextLong(now.lastIndex() - commit + 1);
    return Logs.hardState(now.hardState().term(), now.hardState().vote(), next);
  }

  private static List<Entry> entries(Model now, long first, SplittableRandom random) {
    List<Entry> entries = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int bytes = random.nextInt(20) == 0 ? 5000 : random.nextInt(400);
      entries.add(Logs.entry(term(now), first + i, bytes));
    }
    return entries;
  }

  /** Most lives see the disk break down at some operation, half-way through it if it writes. */
  private static MemoryDisk.Faults breakdown(SplittableRandom random, long soFar) {
    long at = soFar + random.nextInt(80);
    double part = random.nextDouble();
    return operation -> {
      if (operation.number() < at) {
        return operation.bytes();
      }
      if (operation.number() == at && operation.kind() == MemoryDisk.Kind.WRITE) {
        return (int) (operation.bytes() * part);
      }
      throw new IOException("the disk has broken down");
    };
  }

  private static MemorySurvival survival(SplittableRandom random) {
    return MemorySurvival.byChance(random, random.nextInt(101));
  }
}
