package dev.understudy.api.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

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
  private final long begun = System.nanoTime();
  private long written;
  private boolean finished;

  SlicedAnswer(Response response, JsonBytes body, Callback callback) {
    this.response = response;
    this.body = body;
    this.rest = body.toBuffers();
    this.callback = callback;
  }

  @Override
  protected Action process() throws IOException {
    if (finished) {
      return Action.SUCCEEDED;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    if (millis > GRACE_MILLIS + written / MIN_BYTES_PER_MILLI) {
      throw new IOException("the client reads too slowly");
    }
    ByteBuffer slice = next();
    written += slice.remaining();
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
    body.release();
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    body.release();
    callback.failed(cause);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
