package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads the body of one request piece by piece without blocking. What arrived with the headers,
 * which is the rule, is read by the calling thread at once; for the rest a deadline runs. Exactly
 * one of {@link #ended}, {@link #failed}, {@link #late} and {@link #fault} is called in the end.
 */
abstract class BodyChunks implements Runnable {
  private final HttpExchange exchange;
  private final Request request;
  private final long timeoutMillis;
  private final AtomicBoolean done = new AtomicBoolean();
  private Scheduler.Task deadline;

  BodyChunks(HttpExchange exchange, Request request, long timeoutMillis) {
    this.exchange = exchange;
    this.request = request;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * A piece has come; its bytes are somebody else's afterwards.
   *
   * @return whether more is wanted; false at the last
   */
  abstract boolean take(ByteBuffer piece, boolean last);

  /** No more is wanted. */
  abstract void ended();

  /** The client has broken off. */
  abstract void failed(Throwable cause);

  /** The time is over. On another thread. */
  abstract void late();

  @Override
  public final void run() {
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
          failed(chunk.getFailure());
        }
        return;
      }
      boolean goesOn = take(chunk.getByteBuffer(), chunk.isLast());
      chunk.release();
      if (!goesOn) {
        if (finish()) {
          ended();
        }
        return;
      }
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
      late();
    }
  }
}
