package dev.understudy.wal;

import static dev.understudy.wal.Logs.entries;
import static dev.understudy.wal.Logs.hardState;
import static dev.understudy.wal.Logs.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.SnapshotMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotStoreTest {
  private final MemoryDisk disk = new MemoryDisk("disk");

  private static byte[] state(int bytes) {
    byte[] state = new byte[bytes];
    new Random(bytes).nextBytes(state);
    return state;
  }

  private static byte[] read(SnapshotStore snapshots, SnapshotMetadata metadata)
      throws IOException {
    try (InputStream in = snapshots.open(metadata)) {
      return in.readAllBytes();
    }
  }

  private static String file(SnapshotMetadata metadata) {
    return SnapshotName.of(metadata).file();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 300_000})
  void aSnapshotIsReadAsItWasWrittenEvenAfterAPowerCut(int bytes) throws IOException {
    SnapshotStore.open(disk.mount()).save(snapshot(2, 9), out -> out.write(state(bytes)));
    disk.powerCut(MemorySurvival.NOTHING);

    SnapshotStore snapshots = SnapshotStore.open(disk.mount());

    assertThat(snapshots.list()).containsExactly(snapshot(2, 9));
    assertThat(snapshots.verify(snapshot(2, 9))).isEmpty();
    assertThat(read(snapshots, snapshot(2, 9))).isEqualTo(state(bytes));
  }

  @Test
  void aSnapshotThatFailsHalfWayLeavesNothing() throws IOException {
    Directory directory = disk.mount();
    SnapshotStore snapshots = SnapshotStore.open(directory);
    assertThatThrownBy(
            () ->
                snapshots.save(
                    snapshot(1, 1),
                    out -> {
                      out.write(state(200_000));
                      throw new IOException("the tree is gone");
                    }))
        .hasMessage("the tree is gone");
    assertThat(directory.list()).isEmpty();
    assertThat(snapshots.list()).isEmpty();
  }

  @Test
  void aPeersStreamIsTakenUpToItsEndAndNotBeyond() throws IOException {
    SnapshotStore sender = SnapshotStore.open(disk.mount());
    sender.save(snapshot(2, 9), out -> out.write(state(200_000)));
    byte[] raw;
    try (InputStream in = sender.openRaw(snapshot(2, 9))) {
      raw = in.readAllBytes();
    }
    assertThat(sender.rawBytes(snapshot(2, 9))).isEqualTo(raw.length);
    InputStream stream = new ByteArrayInputStream(Arrays.copyOf(raw, raw.length + 3));
    SnapshotStore receiver = SnapshotStore.open(new MemoryDisk("other").mount());

    assertThat(receiver.receive(stream)).isEqualTo(snapshot(2, 9));

    assertThat(stream.available()).isEqualTo(3);
    assertThat(read(receiver, snapshot(2, 9))).isEqualTo(state(200_000));
  }

  @Test
  void whatWasReceivedInVainIsGoneOnceNobodyRefersToIt() throws IOException {
    SnapshotStore snapshots = SnapshotStore.open(disk.mount());
    byte[] raw = exported(snapshot(2, 9));
    snapshots.receive(new ByteArrayInputStream(raw));
    snapshots.receive(new ByteArrayInputStream(raw));
    snapshots.discard(snapshot(2, 9));
    assertThat(read(snapshots, snapshot(2, 9))).isEqualTo(state(2000));
    snapshots.discard(snapshot(2, 9));
    snapshots.discard(snapshot(2, 9));
    assertThat(snapshots.list()).isEmpty();
    assertThat(disk.files()).isEmpty();
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void whatThisMemberHasOfItsOwnIsNotDiscardedWithWhatArrives() throws IOException {
    SnapshotStore.open(disk.mount()).save(snapshot(2, 9), out -> out.write(state(2000)));
    disk.kill();
    SnapshotStore snapshots = SnapshotStore.open(disk.mount());
    snapshots.save(snapshot(2, 12), out -> out.write(state(2000)));
    for (SnapshotMetadata own : snapshots.list()) {
      snapshots.receive(new ByteArrayInputStream(exported(own)));
      snapshots.discard(own);
      assertThat(read(snapshots, own)).isEqualTo(state(2000));
    }
  }

  @Test
  void whatArrivesUnderTheNameOfASoundFileDoesNotReplaceIt() throws IOException {
    SnapshotStore snapshots = SnapshotStore.open(disk.mount());
    snapshots.save(snapshot(2, 9), out -> out.write(state(2000)));
    assertThat(snapshots.receive(new ByteArrayInputStream(exported(snapshot(2, 9), 3000))))
        .isEqualTo(snapshot(2, 9));
    assertThat(read(snapshots, snapshot(2, 9))).isEqualTo(state(2000));
    byte[] damaged = exported(snapshot(2, 9), 3000);
    damaged[1500]++;
    assertThatThrownBy(() -> snapshots.receive(new ByteArrayInputStream(damaged)))
        .isInstanceOf(WalCorruptedException.class);
    SnapshotMetadata ofOthers = new SnapshotMetadata(2, 9, ConfState.ofVoters(77L));
    assertThatThrownBy(() -> snapshots.receive(new ByteArrayInputStream(exported(ofOthers))))
        .isInstanceOf(WalCorruptedException.class)
        .hasMessageContaining("other members");
    assertThat(snapshots.list()).containsExactly(snapshot(2, 9));
    assertThat(read(snapshots, snapshot(2, 9))).isEqualTo(state(2000));
  }

  @Test
  void whatArrivesUnderTheNameOfADamagedFileReplacesIt() throws IOException {
    SnapshotStore snapshots = SnapshotStore.open(disk.mount());
    snapshots.save(snapshot(2, 9), out -> out.write(state(2000)));
    byte[] damaged = disk.contents(file(snapshot(2, 9)));
    damaged[1500]++;
    disk.damage(file(snapshot(2, 9)), damaged);
    snapshots.receive(new ByteArrayInputStream(exported(snapshot(2, 9))));
    assertThat(snapshots.verify(snapshot(2, 9))).isEmpty();
    assertThat(read(snapshots, snapshot(2, 9))).isEqualTo(state(2000));
  }

  private static byte[] exported(SnapshotMetadata metadata) throws IOException {
    return exported(metadata, 2000);
  }

  private static byte[] exported(SnapshotMetadata metadata, int bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotStore.export(metadata, body -> body.write(state(bytes)), out);
    return out.toByteArray();
  }

  @Test
  void aDamagedStreamLeavesNothing() throws IOException {
    SnapshotStore sender = SnapshotStore.open(disk.mount());
    sender.save(snapshot(2, 9), out -> out.write(state(2000)));
    byte[] raw = disk.contents(file(snapshot(2, 9)));
    Directory directory = new MemoryDisk("other").mount();
    SnapshotStore receiver = SnapshotStore.open(directory);
    for (int i = 0; i < raw.length; i++) {
      byte[] damaged = raw.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      byte[] cut = Arrays.copyOf(raw, i);
      assertThatThrownBy(() -> receiver.receive(new ByteArrayInputStream(damaged)))
          .isInstanceOf(WalCorruptedException.class);
      assertThatThrownBy(() -> receiver.receive(new ByteArrayInputStream(cut)))
          .isInstanceOf(WalCorruptedException.class);
    }
    assertThat(directory.list()).isEmpty();
    assertThat(receiver.list()).isEmpty();
  }

  @Test
  void aFileWithSomethingBehindItsEndIsNotSound() throws IOException {
    SnapshotStore.open(disk.mount()).save(snapshot(2, 9), out -> out.write(7));
    byte[] raw = disk.contents(file(snapshot(2, 9)));
    disk.damage(file(snapshot(2, 9)), Arrays.copyOf(raw, raw.length + 1));
    disk.powerCut(MemorySurvival.NOTHING);
    assertThat(SnapshotStore.open(disk.mount()).verify(snapshot(2, 9)).orElseThrow())
        .contains("follows the snapshot's end");
  }

  private void writeALogWithTwoSnapshots() throws IOException {
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    work.append(WalBatch.of(entries(1, 1, 10, 100), hardState(1, 7, 10)));
    work.turn();
    work.snapshot(snapshot(1, 4));
    work.append(WalBatch.of(entries(1, 11, 20, 100), hardState(1, 7, 20)));
    work.turn();
    work.snapshot(snapshot(1, 15));
    work.close();
  }

  @Test
  void aDamagedNewestSnapshotFallsBackOnTheOlderWithItsLog() throws IOException {
    writeALogWithTwoSnapshots();
    byte[] raw = disk.contents(file(snapshot(1, 15)));
    for (int i = 0; i < raw.length; i++) {
      byte[] damaged = raw.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      disk.damage(file(snapshot(1, 15)), damaged);
      Recovered recovered = Logs.recover(disk);
      assertThat(recovered.snapshot()).contains(snapshot(1, 4));
      assertThat(recovered.entries()).isEqualTo(entries(1, 5, 20, 100));
    }
    disk.damage(file(snapshot(1, 15)), null);
    assertThat(Logs.recover(disk).snapshot()).contains(snapshot(1, 4));
  }

  @Test
  void aDamagedSnapshotIsNotCountedAmongTheTwoThatAreKept() throws IOException {
    writeALogWithTwoSnapshots();
    disk.damage(file(snapshot(1, 15)), new byte[] {1, 2, 3});
    Workload work =
        new Workload(
            disk.mount(),
            new Model(0, entries(1, 1, 20, 100), hardState(1, 7, 20), Optional.empty()));
    work.snapshot(snapshot(1, 18));
    assertThat(work.directory().list())
        .contains(file(snapshot(1, 4)), file(snapshot(1, 18)))
        .doesNotContain(file(snapshot(1, 15)));
    work.close();
  }

  @Test
  void withoutAnySoundSnapshotTheWholeLogIsUsedOrTheStartRefused() throws IOException {
    writeALogWithTwoSnapshots();
    disk.damage(file(snapshot(1, 15)), null);
    disk.damage(file(snapshot(1, 4)), null);
    Recovered recovered = Logs.recover(disk);
    assertThat(recovered.snapshot()).isEmpty();
    assertThat(recovered.entries()).isEqualTo(entries(1, 1, 20, 100));
  }

  @Test
  void anInstalledSnapshotThatIsLostCannotBeReplacedByAnOlderOne() throws IOException {
    Workload work = new Workload(disk.mount(), Model.EMPTY);
    work.append(WalBatch.of(entries(1, 1, 10, 100), hardState(1, 7, 10)));
    work.turn();
    work.snapshot(snapshot(1, 4));
    work.install(
        snapshot(2, 50),
        WalBatch.installed(snapshot(2, 50), entries(2, 51, 51, 1), Optional.empty()));
    work.close();
    disk.damage(file(snapshot(2, 50)), null);
    assertThatThrownBy(() -> Logs.recover(disk))
        .isInstanceOf(WalCorruptedException.class)
        .hasMessageContaining("no sound snapshot reaches that far");
  }

  @Test
  void anUnmarkedSnapshotIsNeverAmongTheKept() throws IOException {
    Directory directory = disk.mount();
    SnapshotStore snapshots = SnapshotStore.open(directory);
    snapshots.save(snapshot(1, 10), out -> {});
    assertThat(snapshots.prune(snapshot(1, 10))).isZero();
    snapshots.save(snapshot(1, 20), out -> {});
    snapshots.save(snapshot(1, 30), out -> {});
    assertThat(snapshots.prune(snapshot(1, 30))).isEqualTo(10);
    assertThat(snapshots.list()).containsExactly(snapshot(1, 30), snapshot(1, 10));
  }
}
