package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 1000})
  void keepsTheLastEventsAndNoMore(int capacity) {
    History history = History.empty(upTo(capacity), 7);
    assertThat(history.oldestIndex()).isEqualTo(8);
    for (int i = 8; i < 3000; i++) {
      history = history.plus(event(i));
      assertThat(history.size()).isEqualTo(Math.min(capacity, i - 7));
      assertThat(history.lastIndex()).isEqualTo(i);
      assertThat(history.at(history.oldestIndex()).index()).isEqualTo(history.oldestIndex());
      assertThat(history.at(i).index()).isEqualTo(i);
    }
  }

  @Test
  void refusesWhatItDoesNotKeep() {
    History history = History.empty(upTo(2), 0).plus(event(1)).plus(event(2)).plus(event(3));
    assertThatThrownBy(() -> history.at(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> history.at(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> history.plus(event(5))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void twoContinuationsOfOneHistoryDoNotDisturbEachOther() {
    History common = History.empty(upTo(10), 0).plus(event(1));
    Event one = event(2);
    Event other = event(2);
    History left = common.plus(one);
    History right = common.plus(other);
    assertThat(left.at(2)).isSameAs(one);
    assertThat(right.at(2)).isSameAs(other);
    assertThat(common.lastIndex()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 5_000, 20_000, 200_000})
  void keepsTheLongestRowOfNewestEventsThatTheBytesAllow(int length) {
    long maxBytes = 100_000;
    History history = History.empty(new History.Bounds(500, maxBytes), 0);
    SplittableRandom random = new SplittableRandom(length);
    List<Event> all = new ArrayList<>();
    for (int i = 1; i < 2_000; i++) {
      Event event = event(i, "x".repeat(1 + random.nextInt(length)));
      all.add(event);
      history = history.plus(event);
      int kept = 1;
      long bytes = event.bytes();
      while (kept < Math.min(500, i) && bytes + all.get(i - kept - 1).bytes() <= maxBytes) {
        kept++;
        bytes += all.get(i - kept).bytes();
      }
      assertThat(history.size()).isEqualTo(kept);
      assertThat(history.bytes()).isEqualTo(bytes);
      for (long index = history.oldestIndex(); index <= i; index++) {
        assertThat(history.at(index)).isSameAs(all.get((int) index - 1));
      }
    }
  }

  @Test
  void largeValuesThatAreNotKeptAreLetGo() {
    History history = History.empty(new History.Bounds(1_000, 4 << 20), 0);
    List<WeakReference<Event>> events = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      Event event = event(i, "x".repeat(1 << 20));
      events.add(new WeakReference<>(event));
      history = history.plus(event);
    }
    long collected = 0;
    for (int tries = 0; tries < 50 && collected < 35; tries++) {
      collected = collected(events);
    }
    assertThat(collected).isGreaterThanOrEqualTo(35);
    assertThat(history.size()).isEqualTo(3);
  }

  private static long collected(List<WeakReference<Event>> events) {
    System.gc();
    return events.stream().filter(event -> event.refersTo(null)).count();
  }

  private static History.Bounds upTo(int events) {
    return new History.Bounds(events, Long.MAX_VALUE);
  }

  private static Event event(long index) {
    return event(index, "1");
  }

  private static Event event(long index, String value) {
    NodeView node = new Node.File(value, index, index, NodeView.PERMANENT).view("/a");
    return new Event(Action.SET, node, null, false, index);
  }
}
