package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchersTest {
  private final WatchedStore tap = new WatchedStore();

  @Test
  void aPollForTheNextChangeGetsOneEventAndEnds() {
    tap.write("set /a 1");
    WatchedStore.Reader reader = tap.watch("/a", false, false, 0);
    assertThat(reader.watch.startIndex()).isEqualTo(1);
    reader.reads();
    tap.write("set /b 1");
    tap.write("set /a 2");
    tap.write("set /a 3");
    reader.reads("set /a=2 3/3 was /a=1 1/1", "DELIVERED");
    assertThat(reader.told).isEqualTo(1);
    assertThat(tap.watchers.count()).isZero();
  }

  @Test
  void aStreamGoesOnUntilItIsClosed() {
    WatchedStore.Reader reader = tap.watch("/a", false, true, 0);
    tap.write("set /a 1");
    reader.reads("set /a=1 1/1");
    tap.write("set /a 2");
    tap.write("delete /a");
    reader.reads("set /a=2 2/2 was /a=1 1/1", "delete /a 2/3 was /a=2 2/2");
    assertThat(tap.watchers.count()).isEqualTo(1);
    reader.watch.close();
    reader.watch.close();
    tap.write("set /a 4");
    reader.reads("CLOSED");
    assertThat(tap.watchers.count()).isZero();
  }

  @Test
  void theListenerIsToldOnceUntilThePollFindsNothing() {
    WatchedStore.Reader reader = tap.watch("/", true, true, 0);
    tap.write("set /a 1");
    tap.write("set /a 2");
    assertThat(reader.told).isEqualTo(1);
    assertThat(reader.read()).hasSize(2);
    tap.write("set /a 3");
    assertThat(reader.told).isEqualTo(2);
  }

  @Test
  void onlyARecursiveWatchSeesWhatIsBeneath() {
    WatchedStore.Reader flat = tap.watch("/d", false, true, 0);
    WatchedStore.Reader deep = tap.watch("/d", true, true, 0);
    WatchedStore.Reader root = tap.watch("/", true, true, 0);
    tap.write("set /d/x/y 1");
    tap.write("set /dd 1");
    flat.reads();
    deep.reads("set /d/x/y=1 1/1");
    root.reads("set /d/x/y=1 1/1", "set /dd=1 2/2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsHiddenBelowTheWatchedPathIsNotToldButByItsOwnPath(boolean past) {
    long since = past ? 1 : 0;
    WatchedStore before = past ? new WatchedStore() : tap;
    if (past) {
      writeHidden(before);
    }
    WatchedStore.Reader above = before.watch("/d", true, true, since);
    WatchedStore.Reader at = before.watch("/d/_h", true, true, since);
    WatchedStore.Reader itself = before.watch("/d/_h/_k", false, true, since);
    if (!past) {
      writeHidden(before);
    }
    above.reads("set /d/seen=1 3/3");
    at.reads("set /d/_h/k=1 1/1");
    itself.reads("set /d/_h/_k=1 2/2");
  }

  private static void writeHidden(WatchedStore tap) {
    tap.write("set /d/_h/k 1");
    tap.write("set /d/_h/_k 1");
    tap.write("set /d/seen 1");
  }

  @Test
  void theRemovalOfADirectoryIsToldToAllWhoWatchedWhatWentWithIt() {
    tap.write("set /d/e/k 1");
    tap.write("set /d/_h/k 1");
    WatchedStore.Reader file = tap.watch("/d/e/k", false, true, 0);
    WatchedStore.Reader directory = tap.watch("/d/e", false, true, 0);
    WatchedStore.Reader hidden = tap.watch("/d/_h/k", false, true, 0);
    WatchedStore.Reader itself = tap.watch("/d", true, true, 0);
    WatchedStore.Reader missing = tap.watch("/d/e/m", false, true, 0);
    WatchedStore.Reader sibling = tap.watch("/dd", true, true, 0);
    tap.write("delete /d recursive=true");
    String event = "delete /d/ 1/3 was /d/ 1/1";
    file.reads(event);
    directory.reads(event);
    hidden.reads(event);
    itself.reads(event);
    missing.reads();
    sibling.reads();
  }

  @Test
  void theExpiryOfADirectoryIsToldLikeItsRemoval() {
    tap.write("set /d dir=true ttl=5");
    tap.write("set /d/k 1");
    tap.write("set /e/k 1 ttl=5");
    WatchedStore.Reader reader = tap.watch("/d/k", false, true, 0);
    WatchedStore.Reader all = tap.watch("/", true, true, 0);
    tap.write("at 5");
    tap.write("expire");
    reader.reads("expire /d/ 1/4 was /d/ 1/1!5");
    all.reads("expire /d/ 1/4 was /d/ 1/1!5", "expire /e/k 3/5 was /e/k=1 3/3!5");
  }

  @Test
  void theRemovalOfADirectoryInThePastIsToldToAllBeneathButNoSibling() {
    tap.write("set /d/e 1");
    tap.write("delete /d recursive=true");
    tap.watch("/d/e", false, false, 2).reads("delete /d/ 1/2 was /d/ 1/1", "DELIVERED");
    tap.watch("/d/m", false, false, 2).reads("delete /d/ 1/2 was /d/ 1/1", "DELIVERED");
    tap.watch("/dd", false, false, 2).reads();
  }

  @Test
  void aStreamFromThePastGetsAllOfItAndThenWhatComes() {
    tap.write("set /a 1");
    tap.write("set /b 1");
    tap.write("set /a 2");
    WatchedStore.Reader stream = tap.watch("/a", false, true, 1);
    tap.write("set /a 3");
    stream.reads("set /a=1 1/1", "set /a=2 3/3 was /a=1 1/1", "set /a=3 4/4 was /a=2 3/3");
    assertThat(stream.told).isEqualTo(1);
    tap.write("delete /a");
    stream.reads("delete /a 4/5 was /a=3 4/4");
  }

  @Test
  void whatIsPublishedButNotYetToldIsNeitherMissedNorTwiceDelivered() {
    Result.Success first = apply("1");
    Result.Success second = apply("2");
    tap.watchers.notify(first);
    WatchedStore.Reader past = tap.watch("/a", false, true, 1);
    WatchedStore.Reader live = tap.watch("/a", false, true, 0);
    tap.watchers.notify(second);
    tap.watchers.notify(apply("3"));
    past.reads("set /a=1 1/1", "set /a=2 2/2 was /a=1 1/1", "set /a=3 3/3 was /a=2 2/2");
    live.reads("set /a=3 3/3 was /a=2 2/2");
  }

  private Result.Success apply(String value) {
    Operation set = new Operation.Set("/a", false, value, OptionalLong.empty(), false);
    return (Result.Success) tap.store.apply(set, 0);
  }

  @Test
  void aPollFromThePastGetsTheFirstMatchAtOnce() {
    tap.write("set /a 1");
    tap.write("set /a 2");
    tap.watch("/a", false, false, 2).reads("set /a=2 2/2 was /a=1 1/1", "DELIVERED");
    assertThat(tap.watchers.count()).isZero();
  }

  @Test
  void aWatchFromTheFutureWaitsForIt() {
    WatchedStore.Reader poll = tap.watch("/a", false, false, 3);
    WatchedStore.Reader never = tap.watch("/a", false, false, -1);
    tap.write("set /a 1");
    tap.write("set /a 2");
    poll.reads();
    tap.write("set /a 3");
    poll.reads("set /a=3 3/3 was /a=2 2/2", "DELIVERED");
    never.reads();
  }

  @Test
  void refreshesAreToldToNobody() {
    tap.write("set /a 1 ttl=5");
    WatchedStore.Reader live = tap.watch("/a", false, true, 0);
    tap.write("update /a ttl=9 refresh=true");
    tap.write("set /a ttl=9 refresh=true");
    WatchedStore.Reader past = tap.watch("/a", false, true, 2);
    tap.write("set /a 2");
    live.reads("set /a=2 4/4 was /a=1 3/3!9");
    past.reads("set /a=2 4/4 was /a=1 3/3!9");
  }

  @Test
  void whatTheHistoryNoLongerHasIsRefused() {
    WatchedStore small = new WatchedStore(3, 100);
    small.watch("/a", true, true, 1).reads();
    for (int i = 0; i < 10; i++) {
      small.write("set /a " + i);
    }
    for (boolean stream : List.of(true, false)) {
      assertThat(small.watch("/a", false, stream, 7).error)
          .isEqualTo(new StoreError(401, "the requested history has been cleared [8/7]", 10));
      assertThat(small.watch("/a", false, stream, 8).read()).isNotEmpty();
    }
  }

  /** 100 events may be of megabytes each. */
  @Test
  void aStreamThatIsNotReadEndsWhenItsEventsTakeTooMuchMemory() {
    WatchedStore small = new WatchedStore(1_000, 100, 40_000);
    WatchedStore.Reader slow = small.watch("/", true, true, 0);
    WatchedStore.Reader quick = small.watch("/", true, true, 0);
    String value = "v".repeat(3_000);
    for (int i = 0; i < 3; i++) {
      small.write("set /" + i + " " + value);
      assertThat(quick.read()).hasSize(1);
    }
    assertThat(slow.watch.ended()).isEqualTo(Watch.End.OVERFLOW);
    assertThat(small.watchers.waitingBytes()).isBetween(6_000L, 8_000L);
    assertThat(slow.read()).hasSize(3).endsWith("OVERFLOW");
    assertThat(small.watchers.waitingBytes()).isZero();
    assertThat(quick.watch.ended()).isNull();
  }

  /** Also a single one that is larger than all that may wait. */
  @Test
  void aWatchThatIsReadGetsEventsOfAnySize() {
    WatchedStore small = new WatchedStore(1_000, 100, 1_000);
    WatchedStore.Reader stream = small.watch("/", true, true, 0);
    WatchedStore.Reader poll = small.watch("/", true, false, 0);
    for (int i = 0; i < 5; i++) {
      small.write("set /" + i + " " + "v".repeat(100_000));
      assertThat(stream.read()).hasSize(1);
      if (i == 0) {
        assertThat(poll.read()).hasSize(2).endsWith("DELIVERED");
      }
    }
    assertThat(small.watchers.waitingBytes()).isZero();
  }

  @Test
  void anEventThatManyWaitForCountsOnceAndUntilTheLastIsGone() {
    List<WatchedStore.Reader> readers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      readers.add(tap.watch("/", true, true, 0));
    }
    tap.write("set /a " + "v".repeat(1_000));
    long one = tap.watchers.waitingBytes();
    assertThat(one).isBetween(1_000L, 2_000L);
    readers.subList(0, 5).forEach(WatchedStore.Reader::read);
    readers.subList(5, 9).forEach(reader -> reader.watch.close());
    assertThat(tap.watchers.waitingBytes()).isEqualTo(one);
    readers.get(9).read();
    assertThat(tap.watchers.waitingBytes()).isZero();
  }

  /** Those that keep up are spared, whoever fills the memory. */
  @Test
  void whoseReaderHasTakenNothingForLongestMakesRoom() {
    WatchedStore small = new WatchedStore(1_000, 100, 40_000);
    List<WatchedStore.Reader> slow = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      slow.add(small.watch("/" + i, true, i % 2 == 0, 0));
    }
    WatchedStore.Reader quick = small.watch("/", true, true, 0);
    for (int i = 0; i < 60; i++) {
      small.write("set /" + i + " " + "v".repeat(8_000));
      assertThat(small.watchers.waitingBytes()).isLessThanOrEqualTo(40_000);
      assertThat(quick.read()).hasSize(1);
    }
    assertThat(slow.subList(0, 56))
        .allSatisfy(reader -> assertThat(reader.read()).containsExactly("OVERFLOW"));
    assertThat(slow.subList(0, 56)).allSatisfy(reader -> assertThat(reader.told).isEqualTo(2));
    assertThat(slow.subList(56, 60)).allSatisfy(reader -> assertThat(reader.read()).isNotEmpty());
    assertThat(small.watchers.waitingBytes()).isZero();
    assertThat(small.watchers.count()).isEqualTo(1 + 2);
  }

  /** Also when its reader has come for it and has not got it out to its client yet. */
  @Test
  void anEventCountsUntilItsReaderIsDoneWithIt() {
    WatchedStore small = new WatchedStore(1_000, 100, 40_000);
    WatchedStore.Reader first = small.watch("/a", false, true, 0);
    WatchedStore.Reader second = small.watch("/b", false, true, 0);
    small.write("set /a " + "v".repeat(15_000));
    small.write("set /b " + "v".repeat(15_000));
    assertThat(first.watch.peek()).isInstanceOf(Watch.Delivery.Next.class);
    assertThat(first.watch.peek()).isEqualTo(first.watch.peek());
    assertThat(small.watchers.waitingBytes()).isGreaterThan(30_000);
    small.write("set /c 1");
    WatchedStore.Reader third = small.watch("/c", false, true, 0);
    small.write("set /c " + "v".repeat(15_000));
    assertThat(second.read()).as("has not come at all").containsExactly("OVERFLOW");
    assertThat(first.watch.ended()).isNull();
    first.watch.advance();
    assertThat(small.watchers.waitingBytes()).isBetween(15_000L, 17_000L);
    assertThat(first.read()).isEmpty();
    assertThat(third.read()).hasSize(1);
  }

  @Test
  void anEventThatWasDroppedBeforeItsReaderWasDoneIsFollowedByTheEnd() {
    WatchedStore small = new WatchedStore(1_000, 100, 20_000);
    WatchedStore.Reader slow = small.watch("/a", false, true, 0);
    small.watch("/b", false, true, 0);
    small.write("set /a " + "v".repeat(15_000));
    assertThat(slow.watch.peek()).isInstanceOf(Watch.Delivery.Next.class);
    small.write("set /b " + "v".repeat(15_000));
    slow.watch.advance();
    slow.reads("OVERFLOW");
    assertThat(small.watchers.waitingBytes()).isBetween(15_000L, 17_000L);
  }

  @Test
  void anEventOfThePastThatManyWaitForCountsOnce() {
    tap.write("set /a " + "v".repeat(1_000));
    List<WatchedStore.Reader> readers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      readers.add(tap.watch("/a", false, false, 1));
    }
    assertThat(tap.watchers.waitingBytes()).isBetween(1_000L, 2_000L);
    readers.forEach(reader -> assertThat(reader.read()).hasSize(2));
    assertThat(tap.watchers.waitingBytes()).isZero();
  }

  /** What the history has forgotten nobody keeps, however slowly a stream replays it. */
  @Test
  void aStreamThatFallsBehindTheHistoryEnds() {
    WatchedStore small = new WatchedStore(3, 100);
    small.write("set /a 1");
    small.write("set /a 2");
    WatchedStore.Reader quick = small.watch("/a", false, true, 1);
    WatchedStore.Reader slow = small.watch("/a", false, true, 1);
    quick.reads("set /a=1 1/1", "set /a=2 2/2 was /a=1 1/1");
    assertThat(slow.watch.poll()).isInstanceOf(Watch.Delivery.Next.class);
    assertThat(small.watchers.waitingBytes()).as("is in the history").isZero();
    for (int i = 3; i < 6; i++) {
      small.write("set /a " + i);
    }
    slow.reads("OVERFLOW");
    assertThat(quick.read()).hasSize(3);
    quick.watch.close();
    assertThat(small.watchers.waitingBytes()).isZero();
  }

  @Test
  void aStreamThatHasReadThePastNeedsTheHistoryNoMore() {
    WatchedStore small = new WatchedStore(3, 100);
    small.write("set /a 1");
    small.write("set /b 1");
    WatchedStore.Reader stream = small.watch("/a", false, true, 1);
    stream.reads("set /a=1 1/1");
    for (int i = 3; i < 20; i++) {
      small.write("set /a " + i);
    }
    assertThat(stream.read()).hasSize(17);
    assertThat(stream.watch.ended()).isNull();
  }

  @Test
  void aStreamThatIsNotReadEndsWhenItsRoomIsFull() {
    WatchedStore.Reader slow = tap.watch("/", true, true, 0);
    WatchedStore.Reader quick = tap.watch("/", true, true, 0);
    for (int i = 0; i < 101; i++) {
      tap.write("set /a " + i);
      assertThat(quick.read()).hasSize(1);
    }
    assertThat(slow.watch.ended()).isEqualTo(Watch.End.OVERFLOW);
    assertThat(slow.told).isEqualTo(2); // of the first event and, not having read it, of the end
    assertThat(slow.read()).hasSize(101).endsWith("OVERFLOW");
    assertThat(slow.told).isEqualTo(2);
    assertThat(tap.watchers.count()).isEqualTo(1);
  }

  @Test
  void clearingEndsAllAndLetsNewOnesIn() {
    WatchedStore.Reader poll = tap.watch("/a/b", false, false, 0);
    WatchedStore.Reader stream = tap.watch("/", true, true, 0);
    tap.write("set /x 1");
    tap.watchers.clear();
    poll.reads("CLEARED");
    stream.reads("set /x=1 1/1", "CLEARED");
    assertThat(tap.watchers.count()).isZero();
    WatchedStore.Reader after = tap.watch("/a/b", false, false, 0);
    poll.watch.close();
    tap.write("set /a/b 1");
    after.reads("set /a/b=1 2/2", "DELIVERED");
  }

  @Test
  void closedWatchersRefuse() {
    WatchedStore.Reader poll = tap.watch("/a", false, false, 0);
    tap.watchers.close();
    tap.watchers.close();
    poll.reads("CLEARED");
    assertThat(poll.told).isEqualTo(1);
    assertThat(tap.watch("/a", false, false, 0).error).isEqualTo(new StoreError(400, "", 0));
  }

  @Test
  void placesThatNobodyWatchesAnyMoreAreForgotten() {
    WatchTrie trie = new WatchTrie();
    Watch deep = watch("/a/b/c/d");
    Watch near = watch("/a/b");
    WatchTrie.Entry first = trie.add(deep);
    WatchTrie.Entry second = trie.add(near);
    assertThat(trie.isEmpty()).isFalse();
    first.remove();
    assertThatThrownBy(first::remove).isInstanceOf(IllegalStateException.class);
    assertThat(trie.isEmpty()).isFalse();
    second.remove();
    assertThat(trie.isEmpty()).isTrue();
  }

  private Watch watch(String path) {
    WatchFilter interest = WatchFilter.in(path, false);
    return Watch.live(closed -> {}, interest, true, 1, new WaitingMemory(1_000), ready -> {}, 0, 1);
  }

  @Test
  void thereIsRoomForAtLeastOneEvent() {
    assertThatThrownBy(() -> new Watchers(tap.store, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
