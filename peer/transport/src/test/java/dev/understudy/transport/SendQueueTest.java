package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All on one thread: the sink decides when a write ends. */
class SendQueueTest {
  private static final TransportOptions SMALL =
      new TransportOptions(
          10, 1_000_000, 64 * 4, 1_000_000, 10, 100, 500, 500, 100, 1_000, 5_000, 20_000, 500);

  private final MessageCodec codec = new MessageCodec();
  private final Traffic traffic = new Traffic();
  private final SendQueue outbox = new SendQueue(SMALL, codec, Runnable::run, traffic);
  private final List<List<PeerMessage>> frames = new ArrayList<>();
  private Runnable written;

  private void hold(ByteBuffer frame, Runnable whenWritten) {
    take(frame);
    written = whenWritten;
  }

  private void pass(ByteBuffer frame, Runnable whenWritten) {
    take(frame);
    whenWritten.run();
  }

  private void take(ByteBuffer frame) {
    try {
      frames.add(codec.decode(frame));
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  private static PeerMessage message(long commit) {
    return new PeerMessage.Consensus(new Message.Heartbeat(1, 2, 1, commit, 0));
  }

  private static PeerMessage append(int bytes) {
    Entry entry = new Entry(1, 2, new Payload.Normal(new byte[bytes]));
    return new PeerMessage.Consensus(
        new Message.Append(1, 2, 1, new LogSlice(new EntryId(1, 1), List.of(entry)), 0));
  }

  private boolean send(long commit) {
    boolean taken = outbox.offer(message(commit));
    outbox.flush();
    return taken;
  }

  @Test
  void whatComesWhileAFrameIsWrittenLeavesTogether() {
    outbox.open(this::hold);
    send(1);
    send(2);
    send(3);
    assertThat(frames).containsExactly(List.of(message(1)));
    written.run();
    assertThat(frames).containsExactly(List.of(message(1)), List.of(message(2), message(3)));
    written.run();
    assertThat(frames).hasSize(2);
    assertThat(traffic.count().sentMessages()).isEqualTo(3);
  }

  @Test
  void aFrameEndsWhereTheBatchIsFull() {
    for (int i = 1; i <= 6; i++) {
      send(i);
    }
    outbox.open(this::pass);
    assertThat(frames)
        .containsExactly(
            List.of(message(1), message(2), message(3), message(4)),
            List.of(message(5), message(6)));
  }

  @Test
  void aFullQueueTakesNothing() {
    for (int i = 1; i <= 10; i++) {
      assertThat(send(i)).isTrue();
    }
    assertThat(send(11)).isFalse();
    assertThat(outbox.close()).isEqualTo(10);
    assertThat(send(12)).isFalse();
  }

  @Test
  void bytesAreBoundedAsWell() {
    PeerMessage large = append(600_000);
    assertThat(outbox.offer(large)).isTrue();
    assertThat(outbox.offer(large)).isFalse();
    assertThat(outbox.offer(message(1))).isTrue();
  }

  @Test
  void writesThatEndAtOnceDoNotDeepenTheStack() {
    SendQueue deep = new SendQueue(TransportOptions.DEFAULT, codec, Runnable::run, traffic);
    int[] depth = new int[2];
    for (int i = 0; i < 4_000; i++) {
      deep.offer(append(10_000));
    }
    deep.open(
        (frame, whenWritten) -> {
          depth[0]++;
          depth[1] = Math.max(depth[1], depth[0]);
          whenWritten.run();
          depth[0]--;
        });
    assertThat(depth[1]).isEqualTo(1);
    assertThat(traffic.count().sentMessages()).isEqualTo(4_000);
  }

  @Test
  void drainedIsSaidWhenTheLastFrameIsWritten() {
    List<String> said = new ArrayList<>();
    outbox.open(this::hold);
    send(1);
    send(2);
    outbox.whenDrained(() -> said.add("drained"));
    assertThat(said).isEmpty();
    written.run();
    assertThat(said).isEmpty();
    written.run();
    assertThat(said).containsExactly("drained");
  }

  @Test
  void anEmptyOutboxIsDrainedAtOnce() {
    List<String> said = new ArrayList<>();
    outbox.whenDrained(() -> said.add("drained"));
    assertThat(said).containsExactly("drained");
  }
}
