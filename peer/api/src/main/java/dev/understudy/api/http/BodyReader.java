package dev.understudy.api.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads the body of one request without blocking. A body that arrived with its headers, which is
 * the rule, is read by the calling thread at once; for others a deadline runs.
 *
 * <p>A body that is too large is read to its end and thrown away, so that the client, who is still
 * sending, gets to see the answer; up to a limit, beyond which it is cut off.
 */
final class BodyReader implements Runnable {
  /** How many times the largest body is swallowed before the client is cut off. */
  private static final int SWALLOWED_BODIES = 8;

  /** The bytes of a body, the value in it, and the command that is made of them. */
  private static final long COPIES = 3;

  private final HttpExchange exchange;
  private final Request request;
  private final BodyLimits limits;
  private final HttpExchange.BodyAction next;
  private final AtomicBoolean done = new AtomicBoolean();
  private ByteArrayOutputStream earlier;
  private boolean refused;
  private long charged;
  private long length;
  private Scheduler.Task deadline;

  private BodyReader(
      HttpExchange exchange, Request request, BodyLimits limits, HttpExchange.BodyAction next) {
    this.exchange = exchange;
    this.request = request;
    this.limits = limits;
    this.next = next;
  }

  /** Begins, and ends as well if the body is there. */
  static void read(
      HttpExchange exchange, Request request, BodyLimits limits, HttpExchange.BodyAction next) {
    new BodyReader(exchange, request, limits, next).run();
  }

  @Override
  public void run() {
    try {
      read();
    } catch (Throwable bug) {
      finish();
      exchange.fault(bug);
    }
  }

  private void read() {
    while (!done.get()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        startDeadline();
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        if (finish()) {
          exchange.abandon(chunk.getFailure());
        }
        return;
      }
      boolean last = chunk.isLast();
      byte[] body = take(chunk.getByteBuffer(), last);
      chunk.release();
      if (last || length > (long) SWALLOWED_BODIES * limits.maxBytes()) {
        end(body, last);
        return;
      }
    }
  }

  /** Keeps what came; all of it if this is the last. */
  private byte[] take(ByteBuffer buffer, boolean last) {
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

  private void end(byte[] body, boolean readToEnd) {
    if (!finish()) {
      return;
    }
    if (body != null) {
      exchange.run(same -> next.accept(body));
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

  private boolean finish() {
    if (deadline != null) {
      deadline.cancel();
    }
    return done.compareAndSet(false, true);
  }

  private void startDeadline() {
    if (deadline == null) {
      deadline =
          request
              .getComponents()
              .getScheduler()
              .schedule(this::onDeadline, limits.timeoutMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void onDeadline() {
    if (done.compareAndSet(false, true)) {
      exchange.run(
          same -> {
            exchange.closeAfterwards();
            exchange.dialect().bodyTooSlow(exchange);
          });
    }
  }
}
