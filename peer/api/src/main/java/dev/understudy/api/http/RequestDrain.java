package dev.understudy.api.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads what a client sends along and throws it away, then goes on. An answer before the body has
 * been read could reach a client as a broken connection, because the kernel resets one that is
 * closed with unread bytes. Never blocks; reads no more than a limit, and for no longer than a body
 * may take.
 */
final class RequestDrain implements Runnable {
  /** What a client may send to a peer; a client that sends more is cut off there too. */
  private static final long LIMIT_BYTES = 2L << 20;

  private final Request request;
  private final long timeoutMillis;
  private final Runnable then;
  private final AtomicBoolean done = new AtomicBoolean();
  private long seenBytes;
  private Scheduler.Task deadline;

  private RequestDrain(Request request, long timeoutMillis, Runnable then) {
    this.timeoutMillis = timeoutMillis;
    this.request = request;
    this.then = then;
  }

  /**
   * Runs what follows once the body is read, or at once when the client waits to be asked for it.
   */
  static void thenRun(Request request, long timeoutMillis, Runnable then) {
    boolean waits =
        request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    if (waits) {
      then.run();
    } else {
      new RequestDrain(request, timeoutMillis, then).run();
    }
  }

  @Override
  public void run() {
    while (!done.get()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        startDeadline();
        request.demand(this);
        return;
      }
      seenBytes += chunk.remaining();
      chunk.release();
      if (chunk.isLast() || Content.Chunk.isFailure(chunk) || seenBytes > LIMIT_BYTES) {
        end();
        return;
      }
    }
  }

  private void startDeadline() {
    if (deadline == null) {
      deadline =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::end, timeoutMillis, TimeUnit.MILLISECONDS);
    }
  }

  /** With bytes left to read, Jetty closes the connection behind the answer. */
  private void end() {
    if (done.compareAndSet(false, true)) {
      if (deadline != null) {
        deadline.cancel();
      }
      then.run();
    }
  }
}
