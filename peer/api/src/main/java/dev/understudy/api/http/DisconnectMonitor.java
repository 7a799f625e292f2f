package dev.understudy.api.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that the client of a waiting answer has closed its connection. Jetty reads nothing while
 * an HTTP/1.1 request is being answered, so a watcher who has gone would be kept until the next
 * event.
 *
 * <p>Whoever closes its half of the connection has gone, too; etcd does not tell these two apart
 * either. What a client sends before it has its answer is read and thrown away, because behind it
 * may be the end of the connection. So its next request is lost, and the connection has to end with
 * the answer; see {@link #stop}. Who sends without end counts as gone.
 */
final class DisconnectMonitor implements Callback {
  /** More than any pipeline of requests that a client could sensibly have sent. */
  static final int MAX_DISCARDED_BYTES = 1 << 20;

  private static final int READ_BYTES = 8 << 10;

  private final EndPoint endPoint;
  private final Runnable onGone;

  // Guarded by this; so nothing is read here any more once stop() has returned.
  private boolean stopped;
  private boolean unusable;
  private int discardedBytes;

  /**
   * @param onGone called at most once, by a thread of the server; must not block
   */
  DisconnectMonitor(EndPoint endPoint, Runnable onGone) {
    this.endPoint = endPoint;
    this.onGone = onGone;
  }

  /**
   * Begins, after the request was read to its end; unless the answer was quicker and has stopped
   * it. Where somebody else waits for bytes, nothing is noticed, and the connection is good for
   * nothing more.
   */
  synchronized void start() {
    if (!stopped && !endPoint.tryFillInterested(this)) {
      unusable = true;
    }
  }

  /**
   * Ends, before the answer is complete, since Jetty reads the next request then. Idempotent.
   *
   * @return whether the connection must be closed
   */
  synchronized boolean stop() {
    if (!stopped) {
      stopped = true;
      if (endPoint instanceof AbstractEndPoint watched) {
        watched.getFillInterest().onFail(new CancellationException());
      }
    }
    return unusable || discardedBytes > 0;
  }

  /** There is something to read, or the end of it. */
  @Override
  public void succeeded() {
    if (hasGone()) {
      onGone.run();
    }
  }

  private synchronized boolean hasGone() {
    if (stopped) {
      return false;
    }
    int filled = 1;
    ByteBuffer discarded = BufferUtil.allocate(READ_BYTES);
    while (filled > 0 && discardedBytes <= MAX_DISCARDED_BYTES) {
      BufferUtil.clear(discarded);
      try {
        filled = endPoint.fill(discarded);
      } catch (IOException e) {
        return true; // reset by the client
      }
      discardedBytes += Math.max(0, filled);
    }
    if (filled == 0) {
      endPoint.tryFillInterested(this);
    }
    return filled != 0;
  }

  @Override
  public void failed(Throwable failure) {
    boolean gone;
    synchronized (this) {
      gone = !stopped;
    }
    if (gone) {
      onGone.run();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
