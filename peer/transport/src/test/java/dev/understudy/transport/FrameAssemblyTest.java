package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameAssemblyTest {
  private static final int MAX = 1 << 20;
  private final ReceiveBudget budget = new ReceiveBudget(3L << 20);

  @Test
  void aFrameInOnePartIsPassedOnWithoutACopyAndCostsNothing() throws Exception {
    ByteBuffer whole = bytes(1000);
    assertThat(new FrameAssembly(budget).add(whole, true, MAX)).containsSame(whole);
    assertThat(budget.leftBytes()).isEqualTo(3L << 20);
  }

  @Test
  void partsComeOutAsTheyWentIn() throws Exception {
    FrameAssembly assembly = new FrameAssembly(budget);
    for (int round = 0; round < 3; round++) {
      assertThat(assembly.add(bytes(100_000), false, MAX)).isEmpty();
      assertThat(assembly.add(bytes(0), false, MAX)).isEmpty();
      Optional<ByteBuffer> frame = assembly.add(bytes(200_000), true, MAX);
      assertThat(frame.orElseThrow().remaining()).isEqualTo(300_000);
      assertThat(frame.get().get(100_000 + 77)).isEqualTo((byte) 77);
      assertThat(budget.leftBytes()).isLessThan(3L << 20);
      assembly.taken();
      assertThat(budget.leftBytes()).isEqualTo(3L << 20);
    }
  }

  @Test
  void aFrameBeyondItsLimitIsMalformedHoweverItIsCut() throws Exception {
    assertThatThrownBy(() -> new FrameAssembly(budget).add(bytes(101), true, 100))
        .isInstanceOf(MalformedMessageException.class);
    FrameAssembly assembly = new FrameAssembly(budget);
    assertThat(assembly.add(bytes(60), false, 100)).isEmpty();
    assertThatThrownBy(() -> assembly.add(bytes(41), false, 100))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void unfinishedFramesOfAllStreamsTogetherKeepToTheBudget() throws Exception {
    List<FrameAssembly> streams = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 60; i++) {
      FrameAssembly stream = new FrameAssembly(budget);
      streams.add(stream);
      try {
        assertThat(stream.add(bytes(MAX / 2), false, MAX)).isEmpty();
      } catch (MalformedMessageException e) {
        refused++;
      }
    }
    assertThat(refused).isEqualTo(54);
    streams.forEach(FrameAssembly::close);
    streams.forEach(FrameAssembly::close);
    assertThat(budget.leftBytes()).isEqualTo(3L << 20);
  }

  private static ByteBuffer bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return ByteBuffer.wrap(bytes);
  }
}
