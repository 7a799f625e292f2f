package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Writes a long answer in slices: the kernel's side of a thread keeps a buffer as large as the
 * largest write, outside of the heap. A client that takes it too slowly is cut off, because what it
 * does not take counts for all.
 */
final class SlicedAnswer extends IteratingCallback {
  static final int SLICE_BYTES = 64 << 10;

  /** As long as Jetty waits for a client that takes nothing. */
  private static final long GRACE_MILLIS = 30_000;

  private static final long MIN_BYTES_PER_MILLI = 16;

  private final Response response;
  private final JsonBytes body;
  private final Deque<ByteBuffer> rest;
  private final Callback callback;
  private final Scheduler.Task deadline;
  private boolean finished;

  SlicedAnswer(Request request, Response response, JsonBytes body, Callback callback) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    long millis = GRACE_MILLIS + body.length() / MIN_BYTES_PER_MILLI;
    this.deadline =
        request
            .getComponents()
            .getScheduler()
            .schedule(() -> giveUp(endPoint), millis, TimeUnit.MILLISECONDS);
    this.response = response;
    this.body = body;
    this.rest = body.toBuffers();
    this.callback = callback;
  }

  /** Unless it has ended already and the connection serves another request. */
  private void giveUp(EndPoint endPoint) {
    EofException cause = new EofException("the client reads too slowly");
    if (abort(cause)) {
      endPoint.close(cause); // which fails a write that is stuck
    }
  }

  @Override
  protected Action process() {
    if (finished) {
      return Action.SUCCEEDED;
    }
    ByteBuffer slice = next();
    finished = rest.isEmpty();
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
  protected void onCompleteSuccess() {
    deadline.cancel();
    body.release();
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    deadline.cancel();
    body.release();
    callback.failed(cause);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
