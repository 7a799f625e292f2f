package dev.understudy.transport;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.UpgradeRequest;
import org.eclipse.jetty.websocket.api.UpgradeResponse;
import org.eclipse.jetty.websocket.api.exceptions.WebSocketTimeoutException;

/**
 * One end of a WebSocket in virtual time. What is written leaves at once, and arrives as the
 * simulated network has it: unlike that of a real one it may be overtaken, or be lost while the
 * connection stands. A process that ends takes its ends of all connections with it.
 */
final class SimulatedSession implements Session {
  private final SimulatedConnections here;
  private final String otherUrl;
  private final PeerStream stream;
  private final List<Runnable> early = new ArrayList<>();
  private SimulatedSession other;
  private boolean opened;
  private boolean closeSent;
  private boolean over;
  private boolean disconnected;

  /**
   * @param otherUrl where the other end is
   * @param stream what this end belongs to
   */
  SimulatedSession(SimulatedConnections here, String otherUrl, PeerStream stream) {
    this.here = here;
    this.otherUrl = otherUrl;
    this.stream = stream;
  }

  /** Makes two ends one connection; neither is open yet. */
  static void join(SimulatedSession one, SimulatedSession two) {
    one.other = two;
    two.other = one;
  }

  void open() {
    here.sessions().add(this);
    opened = true;
    stream.onWebSocketOpen(this);
    early.forEach(this::arrived);
    early.clear();
  }

  /** The process at this end is gone; if its machine is not, that tells the other end. */
  void vanish(boolean silently) {
    over = true;
    if (!silently) {
      here.world().carry(otherUrl, () -> other.reset());
    }
  }

  private boolean isGone() {
    return over || !here.world().isAlive();
  }

  /** Something has come; where there is nobody any more, a machine that is up says so. */
  private void arrived(Runnable event) {
    if (!isGone()) {
      if (opened) {
        event.run();
      } else {
        early.add(event);
      }
    } else if (here.world().hasPower()) {
      here.world().carry(otherUrl, () -> other.reset());
    }
  }

  private void reset() {
    ended(StatusCode.ABNORMAL, "the connection was reset");
  }

  /** The other end has ended; an end that is not open yet learns of it in its time. */
  private void ended(int statusCode, String reason) {
    if (!isGone()) {
      if (opened) {
        end(statusCode, reason);
      } else {
        early.add(() -> end(statusCode, reason));
      }
    }
  }

  private void end(int statusCode, String reason) {
    over = true;
    here.sessions().remove(this);
    stream.onWebSocketClose(statusCode, reason, Callback.NOOP);
  }

  @Override
  public void demand() {
    // What comes is taken at once.
  }

  @Override
  public void sendBinary(ByteBuffer frame, Callback callback) {
    if (over) {
      callback.fail(new IllegalStateException("the connection has ended"));
      return;
    }
    here.world()
        .carry(
            otherUrl,
            () -> {
              if (other.disconnected && other.here.world().isAlive()) {
                other.take(frame.duplicate());
              }
              other.arrived(() -> other.take(frame.duplicate()));
            });
    here.world().schedule(0, callback::succeed);
  }

  /** Like Jetty's, this end hands over what still arrives after it was disconnected. */
  void take(ByteBuffer frame) {
    stream.onWebSocketPartialBinary(frame, true, Callback.NOOP);
  }

  @Override
  public void sendPing(ByteBuffer payload, Callback callback) {
    here.world()
        .carry(
            otherUrl,
            () ->
                other.arrived(
                    () ->
                        other
                            .here
                            .world()
                            .carry(
                                other.otherUrl,
                                () -> arrived(() -> stream.onWebSocketPong(payload.duplicate())))));
    callback.succeed();
  }

  @Override
  public void close(int statusCode, String reason, Callback callback) {
    if (!over) {
      closeSent = true;
      here.world().carry(otherUrl, () -> other.ended(statusCode, reason));
    }
    callback.succeed();
  }

  @Override
  public void disconnect() {
    if (!over) {
      if (!closeSent) {
        here.world().carry(otherUrl, () -> other.reset());
      }
      disconnected = true;
      end(StatusCode.ABNORMAL, "disconnected");
    }
  }

  @Override
  public boolean isOpen() {
    return !over;
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public Duration getIdleTimeout() {
    return Duration.ZERO;
  }

  @Override
  public void setIdleTimeout(Duration duration) {
    // A stream looks after its silence itself.
  }

  @Override
  public void sendPartialBinary(ByteBuffer part, boolean last, Callback callback) {
    throw unused();
  }

  @Override
  public void sendText(String text, Callback callback) {
    throw unused();
  }

  @Override
  public void sendPartialText(String text, boolean last, Callback callback) {
    throw unused();
  }

  @Override
  public void sendPong(ByteBuffer payload, Callback callback) {
    throw unused();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    throw unused();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    throw unused();
  }

  @Override
  public String getProtocolVersion() {
    throw unused();
  }

  @Override
  public UpgradeRequest getUpgradeRequest() {
    throw unused();
  }

  @Override
  public UpgradeResponse getUpgradeResponse() {
    throw unused();
  }

  @Override
  public int getInputBufferSize() {
    throw unused();
  }

  @Override
  public int getOutputBufferSize() {
    throw unused();
  }

  @Override
  public long getMaxBinaryMessageSize() {
    throw unused();
  }

  @Override
  public long getMaxTextMessageSize() {
    throw unused();
  }

  @Override
  public long getMaxFrameSize() {
    throw unused();
  }

  @Override
  public boolean isAutoFragment() {
    throw unused();
  }

  @Override
  public int getMaxOutgoingFrames() {
    throw unused();
  }

  @Override
  public void setInputBufferSize(int value) {
    throw unused();
  }

  @Override
  public void setOutputBufferSize(int value) {
    throw unused();
  }

  @Override
  public void setMaxBinaryMessageSize(long value) {
    throw unused();
  }

  @Override
  public void setMaxTextMessageSize(long value) {
    throw unused();
  }

  @Override
  public void setMaxFrameSize(long value) {
    throw unused();
  }

  @Override
  public void setAutoFragment(boolean value) {
    throw unused();
  }

  @Override
  public void setMaxOutgoingFrames(int value) {
    throw unused();
  }

  @Override
  public void addIdleTimeoutListener(Predicate<WebSocketTimeoutException> value) {
    throw unused();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException("streams do not use this");
  }
}
