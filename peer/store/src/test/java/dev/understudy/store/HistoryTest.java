package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 127, 128, 1000})
  void keepsTheLastEventsAndNoMore(int capacity) {
    History history = History.empty(capacity, 7);
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
    History history = History.empty(2, 0).plus(event(1)).plus(event(2)).plus(event(3));
    assertThatThrownBy(() -> history.at(1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> history.at(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> history.plus(event(5))).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void twoContinuationsOfOneHistoryDoNotDisturbEachOther() {
    History common = History.empty(10, 0).plus(event(1));
    Event one = event(2);
    Event other = event(2);
    History left = common.plus(one);
    History right = common.plus(other);
    assertThat(left.at(2)).isSameAs(one);
    assertThat(right.at(2)).isSameAs(other);
    assertThat(common.lastIndex()).isEqualTo(1);
  }

  private static Event event(long index) {
    NodeView node = NodeView.ofFile("/a", "1", index, index, NodeView.PERMANENT);
    return new Event(Action.SET, node, null, false, index);
  }
}
