package dev.understudy.api.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads what a client sends along and throws it away, then goes on. An answer before the body has
 * been read could reach a client as a broken connection, because the kernel resets one that is
 * closed with unread bytes. Never blocks; reads no more than a limit.
 */
final class RequestDrain implements Runnable {
  /** What a client may send to a peer; a client that sends more is cut off there too. */
  private static final long LIMIT_BYTES = 2L << 20;

  private final Request request;
  private final Runnable then;
  private long seenBytes;

  private RequestDrain(Request request, Runnable then) {
    this.request = request;
    this.then = then;
  }

  /**
   * Runs what follows once the body is read, or at once when the client waits to be asked for it.
   */
  static void thenRun(Request request, Runnable then) {
    boolean waits =
        request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    if (waits) {
      then.run();
    } else {
      new RequestDrain(request, then).run();
    }
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      seenBytes += chunk.remaining();
      chunk.release();
      if (chunk.isLast() || Content.Chunk.isFailure(chunk) || seenBytes > LIMIT_BYTES) {
        then.run();
        return;
      }
    }
  }
}
