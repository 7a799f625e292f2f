package dev.understudy.api.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.NanoTime;

/**
 * Reads the body of one request and goes on with it.
 *
 * <p>A body that is too large is read to its end and thrown away, so that the client, who is still
 * sending, gets to see the answer; up to a limit, beyond which it is cut off.
 */
final class BodyReader extends BodyChunks {
  /** How many times the largest body is swallowed before the client is cut off. */
  private static final int SWALLOWED_BODIES = 8;

  /** The bytes of a body, the value in it, and the command that is made of them. */
  private static final long COPIES = 3;

  private final HttpExchange exchange;
  private final Request request;
  private final BodyLimits limits;
  private final BodyAction<byte[]> next;
  private ByteArrayOutputStream earlier;
  private boolean refused;
  private long charged;
  private long length;

  /** All of it; null before its end, and when it is not kept. */
  private byte[] body;

  private boolean readToEnd;

  private BodyReader(
      HttpExchange exchange, Request request, BodyLimits limits, BodyAction<byte[]> next) {
    super(exchange, request, limits.timeoutMillis());
    this.exchange = exchange;
    this.request = request;
    this.limits = limits;
    this.next = next;
  }

  /** Begins, and ends as well if the body is there. */
  static void read(
      HttpExchange exchange, Request request, BodyLimits limits, BodyAction<byte[]> next) {
    new BodyReader(exchange, request, limits, next).run();
  }

  @Override
  boolean take(ByteBuffer piece, boolean last) {
    readToEnd = last;
    body = keep(piece, last);
    return !last && length <= (long) SWALLOWED_BODIES * limits.maxBytes();
  }

  /** Keeps what came; all of it if this is the last. */
  private byte[] keep(ByteBuffer buffer, boolean last) {
    length += buffer.remaining();
    if (refused || length > limits.maxBytes() || !charge()) {
      earlier = null;
      return null;
    }
    byte[] bytes = BufferUtil.toArray(buffer);
    if (last && earlier == null) {
      return bytes;
    }
    if (earlier == null) {
      earlier = new ByteArrayOutputStream(Math.max(1024, 2 * bytes.length));
    }
    earlier.writeBytes(bytes);
    return last ? earlier.toByteArray() : null;
  }

  /** For what has come, or for all that is announced. */
  private boolean charge() {
    long needed = COPIES * Math.max(length, Math.min(request.getLength(), limits.maxBytes()));
    if (needed > COPIES * ByteBudget.FREE_BYTES && needed > charged) {
      refused = !exchange.charge(needed - charged);
      charged = needed;
    }
    return !refused;
  }

  @Override
  void ended() {
    byte[] whole = body;
    if (whole != null) {
      exchange.arrivedNanos = NanoTime.now();
      exchange.run(same -> next.accept(whole));
      return;
    }
    if (!readToEnd) {
      exchange.closeAfterwards();
    }
    if (refused) {
      exchange.notNow("the requests under way take as much memory as they may");
    } else {
      exchange.dialect().bodyTooLarge(exchange);
    }
  }

  @Override
  void failed(Throwable cause) {
    exchange.abandon(cause);
  }

  @Override
  void late() {
    exchange.run(
        same -> {
          exchange.closeAfterwards();
          exchange.dialect().bodyTooSlow(exchange);
        });
  }
}
