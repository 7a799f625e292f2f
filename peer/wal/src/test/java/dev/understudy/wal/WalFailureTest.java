package dev.understudy.wal;

import static dev.understudy.wal.Logs.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.wal.MemoryDisk.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WalFailureTest {
  private final MemoryDisk disk = new MemoryDisk("disk");
  private final List<Throwable> failures = new ArrayList<>();
  private final AtomicInteger durable = new AtomicInteger();

  private Wal create(WalOptions options) throws IOException {
    return Wal.create(disk.mount(), Logs.IDENTITY, options, failures::add);
  }

  private AppendOutcome append(Wal wal, long from, long to, int bytes) {
    return wal.append(WalBatch.of(entries(1, from, to, bytes)), durable::incrementAndGet);
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "FORCE_FILE"})
  void aFailedWriteOrSyncIsFinal(Kind kind) throws IOException {
    Wal wal = create(Logs.SMALL);
    append(wal, 1, 1, 10);
    wal.turn();
    boolean[] broken = {true};
    disk.setFaults(
        operation -> {
          if (broken[0] && operation.kind() == kind) {
            throw new IOException("the disk is broken");
          }
          return operation.bytes();
        });
    append(wal, 2, 2, 10);
    append(wal, 3, 3, 10);
    assertThat(wal.turn()).isFalse();

    broken[0] = false;
    assertThat(wal.turn()).as("nothing is tried again").isFalse();
    assertThat(append(wal, 4, 4, 10)).isEqualTo(AppendOutcome.REFUSED);
    assertThat(durable).as("only what was synced is reported").hasValue(1);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).hasMessageContaining("the disk is broken");
    assertThat(wal.isFailed()).isTrue();
    wal.close();

    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(Logs.recover(disk).entries()).isEqualTo(entries(1, 1, 1, 10));
  }

  @Test
  void aFailureWhileASegmentIsBegunIsFinalToo() throws IOException {
    Wal wal = create(Logs.SMALL);
    disk.setFaults(
        operation -> {
          if (operation.kind() == Kind.RENAME) {
            throw new IOException("no renaming today");
          }
          return operation.bytes();
        });
    for (int i = 1; i <= 20; i++) {
      append(wal, i, i, 400);
      wal.turn();
    }
    assertThat(failures).hasSize(1);
    assertThat(durable.get()).isBetween(5, 15);
    wal.close();
    disk.setFaults(MemoryDisk.Faults.NONE);
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(Logs.recover(disk).entries()).hasSize(durable.get());
  }

  @Test
  void aCallbackThatThrowsIsABugAndStopsTheLog() throws IOException {
    Wal wal = create(Logs.SMALL);
    wal.append(
        WalBatch.of(entries(1, 1, 1, 1)),
        () -> {
          throw new IllegalStateException("bug");
        });
    wal.turn();
    assertThat(failures).hasSize(1);
    wal.close();
  }

  @Test
  void aFullDiskIsWaitedOutWithoutLosingAnything() throws IOException {
    disk.setCapacityBytes(10_000);
    Wal wal = create(Logs.SMALL);
    for (int i = 1; i <= 40; i++) {
      assertThat(append(wal, i, i, 400)).isEqualTo(AppendOutcome.ACCEPTED);
      wal.turn();
    }
    int before = durable.get();
    assertThat(before).isBetween(5, 30);
    assertThat(wal.lowOnSpace()).isTrue();
    assertThat(wal.turn()).isFalse();
    assertThat(failures).isEmpty();

    disk.setCapacityBytes(1 << 20);
    for (int turn = 0; turn < 3; turn++) {
      wal.turn();
    }
    assertThat(durable).hasValue(40);
    assertThat(wal.lowOnSpace()).isFalse();
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(Logs.recover(disk).entries()).isEqualTo(entries(1, 1, 40, 400));
  }

  @Test
  void whatWaitsForAFullDiskIsBounded() throws IOException {
    disk.setCapacityBytes(10_000);
    Wal wal = create(Logs.SMALL);
    int accepted = 0;
    while (append(wal, accepted + 1, accepted + 1, 400) == AppendOutcome.ACCEPTED) {
      accepted++;
      wal.turn();
      assertThat(accepted).isLessThan(1000);
    }
    disk.setCapacityBytes(1 << 20);
    wal.turn();
    wal.turn();
    assertThat(durable).hasValue(accepted);
    wal.close();
  }

  @Test
  void whatWasAcknowledgedBeforeTheDiskWasFullIsRecovered() throws IOException {
    disk.setCapacityBytes(10_000);
    Wal wal = create(Logs.SMALL);
    for (int i = 1; i <= 40; i++) {
      append(wal, i, i, 400);
      wal.turn();
    }
    wal.close();
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(Logs.recover(disk).entries()).hasSize(durable.get());
  }

  @Test
  void theReserveIsAnnouncedBeforeTheDiskIsFull() throws IOException {
    disk.setCapacityBytes(100_000);
    Wal wal = create(Logs.SMALL.withReserveBytes(4_900));
    int before = 0;
    while (!wal.lowOnSpace() && before < 300) {
      before++;
      append(wal, before, before, 400);
      wal.turn();
    }
    assertThat(before).isBetween(150, 230);
    assertThat(durable).hasValue(before);
    assertThat(failures).isEmpty();
    wal.close();
  }

  @Test
  void aSmallDiskKeepsATwentiethInReserveAndALargeOneWhatWasSaid() {
    WalOptions options = WalOptions.DEFAULT;
    assertThat(options.reserveOn(100L << 20)).isEqualTo(5L << 20);
    assertThat(options.reserveOn(1L << 40)).isEqualTo(options.reserveBytes());
    assertThat(options.reserveOn(0)).isEqualTo(options.reserveBytes());
  }

  @Test
  void aDirectoryInUseIsNotOpenedAgain() throws IOException {
    Directory directory = disk.mount();
    assertThatThrownBy(disk::mount).isInstanceOf(DirectoryLockedException.class);
    directory.close();
    disk.mount().close();
  }
}
