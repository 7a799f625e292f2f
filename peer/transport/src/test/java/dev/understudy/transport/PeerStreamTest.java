package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.junit.jupiter.api.Test;

class PeerStreamTest {
  private final List<ByteBuffer> heard = new ArrayList<>();
  private final ReceiveBudget budget = new ReceiveBudget(100);
  private Consumer<PeerStream> onOpened = stream -> {};

  @Test
  void whatComesOnAStreamIsHeard() {
    PeerStream stream = open();
    stream.onWebSocketPartialBinary(bytes(3), true, Callback.NOOP);
    assertThat(heard).hasSize(1);
  }

  /** Jetty reads on until the end of a connection that was disconnected, and hands that over. */
  @Test
  void whatWasUnderWayWhenAStreamWasRefusedIsNotHeard() {
    onOpened = stream -> stream.abort(new IOException("another process speaks for this member"));
    PeerStream stream = open();
    stream.onWebSocketPartialBinary(bytes(3), true, Callback.NOOP);
    assertThat(heard).isEmpty();
  }

  @Test
  void whatWasUnderWayWhenAStreamWasClosedIsNotHeardAndTakesNoMemory() {
    PeerStream stream = open();
    stream.close("outlived");
    stream.onWebSocketPartialBinary(bytes(60), false, Callback.NOOP);
    stream.onWebSocketPartialBinary(bytes(3), true, Callback.NOOP);
    assertThat(heard).isEmpty();

    PeerStream next = open();
    next.onWebSocketPartialBinary(bytes(60), false, Callback.NOOP);
    next.onWebSocketPartialBinary(bytes(3), true, Callback.NOOP);
    assertThat(heard).as("the memory for unfinished frames is free").hasSize(1);
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }

  private PeerStream open() {
    PeerStream stream =
        new PeerStream(
            2,
            TestPeer.QUICK,
            new MessageCodec(),
            Runnable::run,
            () -> 0,
            new Traffic(),
            budget,
            new Recorder());
    stream.onWebSocketOpen(ObligingSession.open());
    return stream;
  }

  private final class Recorder implements PeerStream.Owner {
    @Override
    public void opened(PeerStream stream) {
      onOpened.accept(stream);
    }

    @Override
    public void frame(PeerStream stream, ByteBuffer frame) {
      heard.add(frame);
    }

    @Override
    public int maxFrameBytes(PeerStream stream) {
      return 100;
    }

    @Override
    public void ended(PeerStream stream, Throwable cause) {}
  }
}
