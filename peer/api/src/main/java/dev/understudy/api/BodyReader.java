package dev.understudy.api;

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
public final class BodyReader implements Runnable {
  /** How many times the largest body is swallowed before the client is cut off. */
  private static final int SWALLOWED_BODIES = 8;

  /** What became of the body; exactly one method is called, once. */
  public interface Outcome {
    /** All of it is there. */
    void complete(byte[] body);

    /**
     * It is longer than it may be.
     *
     * @param readToEnd whether the connection can be used further
     */
    void tooLarge(boolean readToEnd);

    /** It did not arrive in time; the connection cannot be used further. */
    void tooSlow();

    /** The client is gone, or has sent what is no HTTP. */
    void failed(Throwable failure);
  }

  private final Request request;
  private final int maxBytes;
  private final long timeoutMillis;
  private final Outcome outcome;
  private final AtomicBoolean done = new AtomicBoolean();
  private ByteArrayOutputStream earlier;
  private long length;
  private Scheduler.Task deadline;

  private BodyReader(Request request, int maxBytes, long timeoutMillis, Outcome outcome) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.timeoutMillis = timeoutMillis;
    this.outcome = outcome;
  }

  /**
   * Begins, and ends as well if the body is there.
   *
   * @param maxBytes how long it may be
   * @param timeoutMillis how long it may take from now on
   */
  public static void read(Request request, int maxBytes, long timeoutMillis, Outcome outcome) {
    new BodyReader(request, maxBytes, timeoutMillis, outcome).run();
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
      if (Content.Chunk.isFailure(chunk)) {
        if (finish()) {
          outcome.failed(chunk.getFailure());
        }
        return;
      }
      boolean last = chunk.isLast();
      byte[] body = take(chunk.getByteBuffer(), last);
      chunk.release();
      if (last || length > (long) SWALLOWED_BODIES * maxBytes) {
        end(body, last);
        return;
      }
    }
  }

  /** Keeps what came; all of it if this is the last. */
  private byte[] take(ByteBuffer buffer, boolean last) {
    length += buffer.remaining();
    if (length > maxBytes) {
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

  private void end(byte[] body, boolean readToEnd) {
    if (!finish()) {
      return;
    }
    if (body == null) {
      outcome.tooLarge(readToEnd);
    } else {
      outcome.complete(body);
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
              .schedule(this::onDeadline, timeoutMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void onDeadline() {
    if (done.compareAndSet(false, true)) {
      outcome.tooSlow();
    }
  }
}
