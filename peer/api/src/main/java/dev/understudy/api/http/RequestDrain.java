package dev.understudy.api.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;

/**
 * Reads a body that nobody wants and throws it away, so that the connection can go on. Reads no
 * more than a limit, and for no longer than a body may take.
 *
 * <p>An answer before the body has been read could reach a client as a broken connection, because
 * the kernel resets one that is closed with unread bytes. With bytes left to read, the answer says
 * that it is the connection's last.
 */
final class RequestDrain extends BodyChunks {
  /** Beyond it, closing the connection costs less than reading on. */
  private static final long LIMIT_BYTES = 2L << 20;

  private final HttpExchange exchange;
  private final Runnable then;
  private final boolean answered;
  private long seenBytes;
  private boolean readToEnd;

  private RequestDrain(HttpExchange exchange, Runnable then, boolean answered) {
    super(exchange, exchange.request(), exchange.dialect().bodyLimits().timeoutMillis());
    this.exchange = exchange;
    this.then = then;
    this.answered = answered;
  }

  /** Does what a request asks for once it has come as a whole; otherwise it is refused. */
  static void thenAct(HttpExchange exchange, Route.Action action) {
    new RequestDrain(exchange, () -> exchange.run(action), false).run();
  }

  /**
   * Sends an answer, whatever becomes of the body; at once when the client waits to be asked for
   * it.
   */
  static void thenAnswer(HttpExchange exchange, Runnable sending) {
    HttpFields headers = exchange.request().getHeaders();
    if (headers.contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString())) {
      exchange.closeAfterwards();
      sending.run();
    } else {
      new RequestDrain(exchange, sending, true).run();
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
    if (readToEnd) {
      then.run();
    } else {
      unread(() -> exchange.dialect().bodyTooLarge(exchange));
    }
  }

  @Override
  void failed(Throwable cause) {
    unread(() -> exchange.abandon(cause));
  }

  @Override
  void late() {
    unread(() -> exchange.dialect().bodyTooSlow(exchange));
  }

  private void unread(Runnable refusal) {
    exchange.closeAfterwards();
    if (answered) {
      then.run();
    } else {
      exchange.run(same -> refusal.run());
    }
  }
}
