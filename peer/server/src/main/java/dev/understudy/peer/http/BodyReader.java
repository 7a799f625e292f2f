package dev.understudy.peer.http;

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

  /** What became of the body; exactly one method is called, once. */
  interface Outcome {
    void complete(byte[] body);

    /**
     * @param readToEnd whether the connection can be used further
     */
    void tooLarge(boolean readToEnd);

    void tooSlow();

    void failed(Throwable failure);
  }

  private final Request request;
  private final ClientLimits limits;
  private final Outcome outcome;
  private final AtomicBoolean done = new AtomicBoolean();
  private ByteArrayOutputStream earlier;
  private long length;
  private Scheduler.Task deadline;

  private BodyReader(Request request, ClientLimits limits, Outcome outcome) {
    this.request = request;
    this.limits = limits;
    this.outcome = outcome;
  }

  /** Begins, and ends as well if the body is there. */
  static void read(Request request, ClientLimits limits, Outcome outcome) {
    new BodyReader(request, limits, outcome).run();
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
      if (last || length > (long) SWALLOWED_BODIES * limits.maxBodyBytes()) {
        end(body, last);
        return;
      }
    }
  }

  /** Keeps what came; all of it if this is the last. */
  private byte[] take(ByteBuffer buffer, boolean last) {
    length += buffer.remaining();
    if (length > limits.maxBodyBytes()) {
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
              .schedule(this::onDeadline, limits.requestMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void onDeadline() {
    if (done.compareAndSet(false, true)) {
      outcome.tooSlow();
    }
  }
}
