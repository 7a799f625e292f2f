package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log in memory. */
class MemoryStorageTest {
  /** Behind a snapshot 3 of term 3 the entries 4 of term 4 and 5 of term 5. */
  private static MemoryStorage log() {
    MemoryStorage log = new MemoryStorage();
    log.applySnapshot(new Snapshot(new SnapshotMetadata(3, 3, ConfState.EMPTY), new byte[0]));
    log.append(TestNode.entries(4, 4, 5));
    return log;
  }

  private static List<Long> terms(MemoryStorage log) {
    return log.entries(log.firstIndex(), log.lastIndex() + 1, RaftConfig.NO_LIMIT).stream()
        .map(Entry::term)
        .toList();
  }

  @Test
  void termsAreKnownFromTheSnapshotToTheEnd() {
    MemoryStorage log = log();
    assertThat(log.term(2)).isEqualTo(Storage.COMPACTED);
    assertThat(log.term(3)).isEqualTo(3);
    assertThat(log.term(5)).isEqualTo(5);
    assertThat(log.term(6)).isEqualTo(Storage.UNAVAILABLE);
    assertThat(log.firstIndex()).isEqualTo(4);
    assertThat(log.lastIndex()).isEqualTo(5);
  }

  @Test
  void rangesAreGivenWithinALimit() {
    MemoryStorage log = log();
    log.append(TestNode.entries(6, 6));
    assertThatThrownBy(() -> log.entries(3, 4, 100)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> log.entries(4, 8, 100)).isInstanceOf(IndexOutOfBoundsException.class);
    int size = Entry.OVERHEAD_BYTES;
    assertThat(log.entries(4, 7, 0)).hasSize(1);
    assertThat(log.entries(4, 7, 2L * size)).hasSize(2);
    assertThat(log.entries(4, 7, 3L * size - 1)).hasSize(2);
    assertThat(log.entries(4, 7, 3L * size)).hasSize(3);
  }

  @Test
  void bytesAreThoseOfTheEntriesThatAreThere() {
    MemoryStorage log = log();
    assertThat(log.bytes()).isEqualTo(2L * Entry.OVERHEAD_BYTES);
    log.append(List.of(new Entry(6, 5, new Payload.Normal(new byte[100])), large(6), large(7)));
    assertThat(log.bytes()).isEqualTo(4L * Entry.OVERHEAD_BYTES + 100 + 2 * 1_000);
    assertThat(log.lowestBehindWhich(7, 1_000)).isEqualTo(7);
    assertThat(log.lowestBehindWhich(7, 1_000 + Entry.OVERHEAD_BYTES)).isEqualTo(6);
    assertThat(log.lowestBehindWhich(6, 1_000 + Entry.OVERHEAD_BYTES)).isEqualTo(5);
    assertThat(log.lowestBehindWhich(7, 1 << 20)).isEqualTo(3);
    log.compact(5);
    assertThat(log.bytes()).isEqualTo(2L * Entry.OVERHEAD_BYTES + 2 * 1_000);
    log.applySnapshot(new Snapshot(new SnapshotMetadata(9, 9, ConfState.EMPTY), new byte[0]));
    assertThat(log.bytes()).isZero();
  }

  private static Entry large(long index) {
    return new Entry(6, index, new Payload.Normal(new byte[1_000]));
  }

  @Test
  void compactionForgetsUpToAnIndexOnce() {
    MemoryStorage log = log();
    assertThat(log.compact(3)).isFalse();
    assertThat(log.compact(4)).isTrue();
    assertThat(log.firstIndex()).isEqualTo(5);
    assertThat(log.term(4)).isEqualTo(4);
    assertThat(log.compact(5)).isTrue();
    assertThat(log.lastIndex()).isEqualTo(5);
    assertThatThrownBy(() -> log.compact(6)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1 2, 4 5",
    "3, 3 4 5, 4 5",
    "3, 3 6 6, 6 6",
    "3, 3 4 5 6, 4 5 6",
    "2, 3 3 5, 5",
    "4, 5, 5",
    "6, 6, 4 5 6"
  })
  void appendingReplacesTheTailAndSkipsWhatIsGone(long from, String added, String expected) {
    MemoryStorage log = log();
    long[] terms = Arrays.stream(added.split(" ")).mapToLong(Long::parseLong).toArray();
    log.append(TestNode.entries(from, terms));
    assertThat(terms(log))
        .containsExactly(
            Arrays.stream(expected.split(" ")).map(Long::valueOf).toArray(Long[]::new));
  }

  @Test
  void aGapIsRefused() {
    assertThatThrownBy(() -> log().append(TestNode.entries(7, 7)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anOlderSnapshotIsRefused() {
    MemoryStorage log = log();
    ConfState voters = ConfState.ofVoters(1L, 2L);
    assertThat(log.createSnapshot(4, voters, new byte[] {4})).isTrue();
    assertThat(log.base().metadata()).isEqualTo(new SnapshotMetadata(4, 4, voters));
    assertThat(log.createSnapshot(4, voters, new byte[0])).isFalse();
    assertThat(log.firstIndex()).isEqualTo(4);
    Snapshot older = new Snapshot(new SnapshotMetadata(3, 3, voters), new byte[0]);
    assertThat(log.applySnapshot(older)).isFalse();
    assertThat(log.snapshot()).contains(log.base());
  }

  @Test
  void whatWasHandedOutStaysAsItWas() {
    MemoryStorage log = log();
    List<Entry> handedOut = log.entries(4, 6, RaftConfig.NO_LIMIT);
    log.append(TestNode.entries(4, 9));
    log.compact(4);
    assertThat(handedOut).extracting(Entry::term).containsExactly(4L, 5L);
  }
}
