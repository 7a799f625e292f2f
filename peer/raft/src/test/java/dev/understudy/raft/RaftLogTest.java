package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log made of a durable and an unstable part, and its cursors. */
class RaftLogTest {
  private static final long UNLIMITED = RaftConfig.NO_LIMIT;

  private static long[] numbers(String text) {
    return text.isEmpty()
        ? new long[0]
        : Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static MemoryStorage storage(long snapshotIndex, long snapshotTerm, long... terms) {
    MemoryStorage log = new MemoryStorage();
    if (snapshotIndex > 0) {
      SnapshotMetadata metadata =
          new SnapshotMetadata(snapshotTerm, snapshotIndex, ConfState.EMPTY);
      log.applySnapshot(new Snapshot(metadata, new byte[0]));
    }
    log.append(TestNode.entries(snapshotIndex + 1, terms));
    return log;
  }

  private static RaftLog view(Storage storage) {
    return new RaftLog(storage, UNLIMITED, RaftEvents.NONE);
  }

  /** Snapshot 3, entries 4 5 6 of term 1, of which only 4 is durable; committed up to 5. */
  private static RaftLog partlyApplied(long limit) {
    RaftLog view = new RaftLog(storage(3, 1, 1), limit, RaftEvents.NONE);
    view.append(TestNode.entries(5, 1, 1));
    view.commitTo(5);
    return view;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, true, 4 5",
    "3, 4, true, 5",
    "3, 5, true, ''",
    "4, 4, true, 5",
    "4, 5, true, ''",
    "5, 5, true, ''",
    "3, 3, false, 4",
    "3, 4, false, ''",
    "4, 4, false, ''"
  })
  void committedEntriesAreHandedOutOnce(
      long applied, long applying, boolean allowUnstable, String indexes) {
    RaftLog view = partlyApplied(UNLIMITED);
    view.acceptApplying(applying, 0, allowUnstable);
    view.appliedTo(applied, 0);
    assertThat(view.nextCommitted(allowUnstable))
        .extracting(Entry::index)
        .containsExactly(Arrays.stream(numbers(indexes)).boxed().toArray(Long[]::new));
    assertThat(view.hasNextCommitted(allowUnstable)).isEqualTo(!indexes.isEmpty());
  }

  @Test
  void whatTheSnapshotOfALogCoversIsApplied() {
    RaftLog view = view(storage(3, 1, 1));
    assertThat(view.committed()).isEqualTo(3);
    assertThat(view.applying()).isEqualTo(3);
    assertThat(view.applied()).isEqualTo(3);
  }

  @Test
  void nothingIsHandedOutBesideASnapshot() {
    RaftLog view = partlyApplied(UNLIMITED);
    SnapshotMetadata metadata = new SnapshotMetadata(1, 9, ConfState.EMPTY);
    view.restore(new Snapshot(metadata, new byte[0]));
    assertThat(view.hasNextCommitted(true)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "3, 0, true, true",
    "4, 99, true, true",
    "5, 99, true, false",
    "5, 100, true, true",
    "5, 101, true, true",
    "3, 0, false, true",
    "4, 99, false, false",
    "4, 100, false, true",
    "4, 101, false, true"
  })
  void applyingPausesAtTheLimitAndWhenTheLimitCutABatch(
      long index, long bytes, boolean allowUnstable, boolean paused) {
    RaftLog view = partlyApplied(100);
    view.appliedTo(3, 0);
    view.acceptApplying(index, bytes, allowUnstable);
    assertThat(view.applyingPaused()).isEqualTo(paused);
  }

  @ParameterizedTest
  @CsvSource({"4, 101, true", "5, 100, true", "6, 99, false", "105, 0, false", "106, 0, false"})
  void acknowledgingMakesRoom(long acknowledged, long left, boolean paused) {
    RaftLog view = partlyApplied(100);
    view.acceptApplying(5, 105, true);
    view.appliedTo(4, acknowledged);
    assertThat(view.applyingBytes()).isEqualTo(left);
    assertThat(view.applyingPaused()).isEqualTo(paused);
  }

  @ParameterizedTest
  @CsvSource({
    "1, '', 0",
    "1, 1 2 3, 3",
    "2, 2 3, 2",
    "3, 3, 1",
    "1, 1 2 3 4 4, 3",
    "2, 2 3 4 5, 2",
    "3, 3 4 4, 1",
    "4, 4 4, 0",
    "1, 4 4, 0",
    "1, 1 4 4, 1",
    "1, 1 2 4 4, 2"
  })
  void theFirstEntryThatDiffersIsFound(long from, String terms, int position) {
    RaftLog view = view(storage(0, 0, 1, 2, 3));
    assertThat(view.findConflict(TestNode.entries(from, numbers(terms)))).isEqualTo(position);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 2, 100, 0",
    "5, 6, 5, 5",
    "5, 5, 5, 5",
    "5, 4, 2, 2",
    "5, 2, 2, 2",
    "5, 1, 0, 0",
    "1, 2, 1, 2",
    "1, 1, 0, 0",
    "0, 0, 0, 0"
  })
  void whereLogsMayAgreeIsFoundByTerm(long index, long term, long found, long foundTerm) {
    RaftLog view = view(storage(0, 0, 2, 2, 5, 5, 5));
    assertThat(view.findConflictByTerm(index, term)).isEqualTo(new EntryId(foundTerm, found));
  }

  @ParameterizedTest
  @CsvSource({
    "30, 3, 30",
    "14, 9, 14",
    "14, 4, 14",
    "14, 3, 12",
    "14, 2, 9",
    "11, 5, 11",
    "10, 5, 10",
    "10, 3, 10",
    "10, 2, 9",
    "9, 2, 9",
    "4, 2, 4",
    "0, 0, 0"
  })
  void whereLogsMayAgreeIsUnknownBelowTheSnapshot(long index, long term, long found) {
    RaftLog view = view(storage(10, 3, 3, 3, 4, 4, 4));
    assertThat(view.findConflictByTerm(index, term).index()).isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({"3, '', 1 2, 3", "3, 2, 1 2 2, 3", "1, 2, 2, 1", "2, 3 3, 1 3 3, 2"})
  void appendingReplacesWhatItOverlaps(long from, String added, String terms, long unstable) {
    RaftLog view = view(storage(0, 0, 1, 2));
    view.append(TestNode.entries(from, numbers(added)));
    long[] expected = numbers(terms);
    assertThat(view.lastIndex()).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(view.term(i + 1L)).isEqualTo(expected[i]);
    }
    assertThat(view.unstable().offset()).isEqualTo(unstable);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 3, '', 3, false, 3, 1",
    "3, 4, 4, 3, false, 3, 1",
    "3, 3, '', 3, true, 3, 3",
    "3, 3, '', 4, true, 3, 3",
    "3, 3, '', 2, true, 3, 2",
    "3, 3, '', 0, true, 3, 1",
    "3, 3, 4, 3, true, 4, 3",
    "3, 3, 4, 4, true, 4, 4",
    "3, 3, 4, 5, true, 4, 4",
    "3, 3, 4 4, 5, true, 5, 5",
    "2, 2, 4, 3, true, 3, 3",
    "1, 1, 4, 3, true, 2, 2",
    "1, 1, 4 4, 3, true, 3, 3"
  })
  void entriesAreTakenIfTheOneBeforeIsThere(
      long prevTerm,
      long prevIndex,
      String terms,
      long commit,
      boolean taken,
      long last,
      long committed) {
    RaftLog view = view(storage(0, 0, 1, 2, 3));
    view.commitTo(1);
    List<Entry> entries = TestNode.entries(prevIndex + 1, numbers(terms));
    LogSlice slice = new LogSlice(new EntryId(prevTerm, prevIndex), entries);
    assertThat(view.maybeAppend(slice, commit)).isEqualTo(taken);
    assertThat(view.committed()).isEqualTo(committed);
    assertThat(view.lastIndex()).isEqualTo(last);
  }

  @Test
  void whatIsCommittedIsNeverReplaced() {
    RaftLog view = view(storage(0, 0, 1, 2, 3));
    view.commitTo(1);
    assertThatThrownBy(() -> view.append(TestNode.entries(1, 4)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theCommitIndexNeverGoesBackNorBeyondTheEnd() {
    RaftLog view = view(storage(0, 0, 1, 2, 3));
    view.commitTo(2);
    view.commitTo(3);
    assertThat(view.committed()).isEqualTo(3);
    view.commitTo(1);
    assertThat(view.committed()).isEqualTo(3);
    assertThatThrownBy(() -> view.commitTo(4)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void compactionLeavesTheRestInPlace() {
    long[] terms = new long[750];
    Arrays.setAll(terms, i -> i + 1L);
    MemoryStorage storage = storage(0, 0, terms);
    RaftLog view = view(storage);
    long[] more = new long[250];
    Arrays.setAll(more, i -> i + 751L);
    view.append(TestNode.entries(751, more));
    view.commitTo(750);
    view.appliedTo(750, 0);
    storage.compact(500);
    assertThat(view.lastIndex()).isEqualTo(1000);
    for (long i = 500; i <= 1000; i++) {
      assertThat(view.matches(new EntryId(i, i))).isTrue();
    }
    assertThat(view.unstable().nextEntries()).hasSize(250);
    view.append(TestNode.entries(1001, 1001));
    assertThat(view.entries(1001, UNLIMITED)).hasSize(1);
    assertThatThrownBy(() -> view.slice(500, 501, UNLIMITED))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aLogOfASnapshotAloneIsEmptyAndKnowsItsTerm() {
    RaftLog view = view(storage(1000, 1000));
    assertThat(view.firstIndex()).isEqualTo(1001);
    assertThat(view.committed()).isEqualTo(1000);
    assertThat(view.unstable().offset()).isEqualTo(1001);
    assertThat(view.term(1000)).isEqualTo(1000);
    assertThat(view.entries(1001, UNLIMITED)).isEmpty();
  }

  @Test
  void rangesOutsideTheLogAreRefused() {
    RaftLog view = view(storage(100, 1, ones(100)));
    assertThatThrownBy(() -> view.slice(100, 101, UNLIMITED))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(view.slice(150, 150, UNLIMITED)).isEmpty();
    assertThat(view.slice(201, 201, UNLIMITED)).isEmpty();
    assertThatThrownBy(() -> view.slice(200, 202, UNLIMITED))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.slice(150, 149, UNLIMITED))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void termsAreKnownFromTheSnapshotOn() {
    long[] terms = new long[99];
    Arrays.setAll(terms, i -> i + 1L);
    RaftLog view = view(storage(100, 1, terms));
    assertThat(view.term(99)).isEqualTo(Storage.COMPACTED);
    assertThat(view.term(100)).isEqualTo(1);
    assertThat(view.term(150)).isEqualTo(50);
    assertThat(view.term(199)).isEqualTo(99);
    assertThat(view.term(200)).isEqualTo(Storage.UNAVAILABLE);
  }

  @Test
  void anUnstableSnapshotHidesWhatTheStorageHas() {
    RaftLog view = view(storage(100, 1));
    SnapshotMetadata metadata = new SnapshotMetadata(1, 105, ConfState.EMPTY);
    view.restore(new Snapshot(metadata, new byte[0]));
    for (long index : new long[] {100, 101, 104}) {
      assertThat(view.term(index)).isEqualTo(Storage.COMPACTED);
    }
    assertThat(view.term(105)).isEqualTo(1);
    assertThat(view.term(106)).isEqualTo(Storage.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "15, 1", "16, 1", "31, 1", "32, 2", "33, 2", "47, 2", "48, 3", "64, 4"})
  void aSliceHasAsManyEntriesAsFitButAtLeastOne(long maxBytes, int count) {
    for (int durable = 0; durable <= 4; durable++) {
      RaftLog view = view(storage(10, 1, ones(durable)));
      view.append(TestNode.entries(11 + durable, ones(4 - durable)));
      assertThat(view.slice(11, 15, maxBytes)).as("%d durable", durable).hasSize(count);
    }
  }

  @Test
  void everySliceIsTheBeginningOfItsRangeWhereverTheBorderLies() {
    for (int durable = 0; durable <= 5; durable++) {
      RaftLog view = view(storage(10, 1, ones(durable)));
      view.append(TestNode.entries(11 + durable, ones(5 - durable)));
      List<Entry> all = view.entries(11, UNLIMITED);
      for (int from = 11; from <= 16; from++) {
        for (int to = from; to <= 16; to++) {
          for (int bytes = 0; bytes <= 96; bytes += 8) {
            int fit = Math.max(1, bytes / Entry.OVERHEAD_BYTES);
            int end = Math.min(to, from + fit);
            assertThat(view.slice(from, to, bytes))
                .as("%d durable, [%d,%d), %d bytes", durable, from, to, bytes)
                .isEqualTo(all.subList(from - 11, end - 11));
          }
        }
      }
    }
  }
}
