package dev.understudy.api.http;

import dev.understudy.clusterconfig.FatalErrors;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Writes a long answer in slices: the kernel's side of a thread keeps a buffer as large as the
 * largest write, outside of the heap. What is not yet in memory is written when its turn comes. A
 * client that takes it too slowly is cut off, because what it does not take counts for all.
 */
final class SlicedAnswer extends IteratingCallback {
  static final int SLICE_BYTES = 64 << 10;

  /** As long as Jetty waits for a client that takes nothing. */
  private static final long GRACE_MILLIS = 30_000;

  private static final long MIN_BYTES_PER_MILLI = 16;

  /** Of an answer that is in memory as a whole. */
  static final AnswerRest NOTHING =
      new AnswerRest() {
        @Override
        public boolean isDone() {
          return true;
        }

        @Override
        public void writeMore(JsonBytes out) {}

        @Override
        public void close() {}
      };

  private final EndPoint endPoint;
  private final Scheduler scheduler;
  private final Response response;
  private final JsonBytes body;
  private final AnswerRest source;
  private final Deque<ByteBuffer> rest;
  private final Callback callback;
  private final long begunNanos = NanoTime.now();
  private volatile Scheduler.Task deadline;
  private long sent;
  private volatile long written;
  private volatile boolean over;
  private boolean finished;

  /**
   * @param body the beginning
   * @param source what follows
   */
  SlicedAnswer(
      Request request, Response response, JsonBytes body, AnswerRest source, Callback callback) {
    this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    this.scheduler = request.getComponents().getScheduler();
    this.response = response;
    this.body = body;
    this.source = source;
    this.rest = body.toBuffers();
    this.callback = callback;
    lookIn(GRACE_MILLIS);
  }

  private void lookIn(long millis) {
    deadline = scheduler.schedule(this::look, millis, TimeUnit.MILLISECONDS);
  }

  /** Whether the client reads fast enough; if not, all is ended. */
  private void look() {
    if (over) {
      return;
    }
    long mayTake = GRACE_MILLIS + written / MIN_BYTES_PER_MILLI;
    long left = mayTake - NanoTime.millisSince(begunNanos);
    if (left > 0) {
      lookIn(left);
      return;
    }
    EofException cause = new EofException("the client reads too slowly");
    // Unless it has ended already and the connection serves another request.
    if (abort(cause)) {
      endPoint.close(cause); // which fails a write that is stuck
    }
  }

  @Override
  protected Action process() {
    if (finished) {
      return Action.SUCCEEDED;
    }
    if (rest.isEmpty()) {
      body.restart();
      while (!source.isDone() && body.length() < SLICE_BYTES) {
        source.writeMore(body);
      }
      rest.addAll(body.toBuffers());
    }
    ByteBuffer slice = next();
    finished = rest.isEmpty() && source.isDone();
    response.write(finished, slice, this);
    return Action.SCHEDULED;
  }

  private ByteBuffer next() {
    ByteBuffer first = rest.element();
    int size = Math.min(SLICE_BYTES, first.remaining());
    ByteBuffer slice = first.slice(first.position(), size);
    first.position(first.position() + size);
    while (!rest.isEmpty() && !rest.element().hasRemaining()) {
      rest.remove();
    }
    return slice;
  }

  @Override
  protected void onSuccess() {
    sent += SLICE_BYTES;
    written = sent;
  }

  @Override
  protected void onCompleteSuccess() {
    release();
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    FatalErrors.check(cause);
    release();
    callback.failed(cause);
  }

  private void release() {
    over = true;
    deadline.cancel();
    body.release();
    source.close();
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
