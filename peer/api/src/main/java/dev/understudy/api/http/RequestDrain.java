package dev.understudy.api.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Request;

/**
 * Reads what a client sends along and throws it away, then goes on. An answer before the body has
 * been read could reach a client as a broken connection, because the kernel resets one that is
 * closed with unread bytes. Reads no more than a limit, and for no longer than a body may take;
 * with bytes left to read, the answer says that it is the connection's last.
 */
final class RequestDrain extends BodyChunks {
  /** What a client may send to a peer; a client that sends more is cut off there too. */
  private static final long LIMIT_BYTES = 2L << 20;

  private final HttpExchange exchange;
  private final Runnable then;
  private long seenBytes;
  private boolean readToEnd;

  private RequestDrain(HttpExchange exchange, Request request, long timeoutMillis, Runnable then) {
    super(exchange, request, timeoutMillis);
    this.exchange = exchange;
    this.then = then;
  }

  /**
   * Runs what follows once the body is read, or at once when the client waits to be asked for it.
   */
  static void thenRun(HttpExchange exchange, Request request, long timeoutMillis, Runnable then) {
    boolean waits =
        request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    if (waits) {
      exchange.closeAfterwards();
      then.run();
    } else {
      new RequestDrain(exchange, request, timeoutMillis, then).run();
    }
  }

  @Override
  boolean take(ByteBuffer piece, boolean last) {
    seenBytes += piece.remaining();
    readToEnd = last;
    return !last && seenBytes <= LIMIT_BYTES;
  }

  @Override
  void ended() {
    if (!readToEnd) {
      exchange.closeAfterwards();
    }
    then.run();
  }

  @Override
  void failed(Throwable cause) {
    late();
  }

  @Override
  void late() {
    exchange.closeAfterwards();
    then.run();
  }
}
