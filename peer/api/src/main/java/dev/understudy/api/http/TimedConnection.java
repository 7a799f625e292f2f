package dev.understudy.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpChannelState;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that is cut off when the head of a request, once begun, does not arrive in time.
 * Jetty's own time begins anew with each byte.
 *
 * <p>Where nothing that answers here blocks, a connection goes on to its next request on the thread
 * that has answered the last one. Jetty would hand it to another thread of its pool, which wakes up
 * only to find that the client has not asked again yet: a fifth of what a write costs. If it has,
 * its request is for the pool all the same: whoever sends requests ahead would keep a thread that
 * gives out everybody's answers.
 *
 * <p>The time costs nothing while heads come whole, as they do: a deadline is scheduled when Jetty
 * waits for more of one. Jetty lets one thread at a time fill and parse; the scheduler's thread
 * gets at the connection by taking over the wait for bytes, which only one of the two can end.
 */
final class TimedConnection extends HttpConnection {
  /** Whose next request a thread looks for that has answered the last one. */
  private static final ThreadLocal<TimedConnection> LOOKED_AT = new ThreadLocal<>();

  private final Scheduler scheduler;
  private final long headTimeoutMillis;
  private final Executor executor;

  /** Of the head that is arriving; null when there is none. */
  private volatile Deadline deadline;

  /** Whether a head was complete since Jetty last waited for one. */
  private boolean headComplete;

  private long bytesSeen;

  TimedConnection(
      HttpConfiguration configuration,
      Connector connector,
      EndPoint endPoint,
      long headTimeoutMillis) {
    super(configuration, connector, endPoint);
    this.scheduler = connector.getScheduler();
    this.headTimeoutMillis = headTimeoutMillis;
    Executor pool = super.getExecutor();
    boolean nothingBlocks =
        connector.getServer().getInvocationType() == InvocationType.NON_BLOCKING;
    this.executor = nothingBlocks ? task -> goOn(task, pool) : pool;
  }

  /** Where Jetty goes on with a connection whose request was answered by a thread of ours. */
  @Override
  protected Executor getExecutor() {
    return executor;
  }

  private void goOn(Runnable task, Executor pool) {
    if (task != this || !isRequestBufferEmpty()) {
      pool.execute(task);
      return;
    }
    LOOKED_AT.set(this);
    try {
      task.run();
    } finally {
      LOOKED_AT.remove();
    }
  }

  /** Called by the constructor of Jetty's class as well. */
  @Override
  protected HttpChannel newHttpChannel(Server ofRequests, HttpConfiguration configuration) {
    return new HttpChannelState(this) {
      @Override
      public Runnable onRequest(MetaData.Request head) {
        Runnable handling = super.onRequest(head);
        return LOOKED_AT.get() == TimedConnection.this
            ? () -> getConnector().getExecutor().execute(handling)
            : handling;
      }

      @Override
      public Runnable onFailure(Throwable cause) {
        return pooled(super.onFailure(cause));
      }

      @Override
      public IdleTimeoutTask onIdleTimeout(TimeoutException timeout) {
        IdleTimeoutTask task = super.onIdleTimeout(timeout);
        return new IdleTimeoutTask(pooled(task.action()), task.handlingRequest());
      }
    };
  }

  /**
   * What ends a request before its time waits for a thread of the pool. Jetty gives it a new thread
   * when none is free, in case all of them block until it has run; here none does, and whoever
   * sends garbage would get as many threads as connections.
   */
  private Runnable pooled(Runnable ending) {
    return ending == null
        ? null
        : Invocable.from(InvocationType.NON_BLOCKING, () -> runInPool(ending));
  }

  private void runInPool(Runnable ending) {
    try {
      getConnector().getExecutor().execute(ending);
    } catch (RejectedExecutionException e) { // the server stops, and its pool before it
      ending.run();
    }
  }

  /** Called by the constructor of Jetty's class, so nothing of this one is there yet. */
  @Override
  protected RequestHandler newRequestHandler() {
    return new RequestHandler() {
      @Override
      public boolean headerComplete() {
        headComplete = true;
        if (!cancelDeadline()) {
          throw new HttpException.RuntimeException(HttpStatus.REQUEST_TIMEOUT_408, tooLate());
        }
        return super.headerComplete();
      }
    };
  }

  /** Jetty waits for a request or for more of its head. */
  @Override
  public void fillInterested(Callback callback) {
    Deadline current = deadline;
    boolean begun = isHeadBegun();
    if (begun ? current != null && current.hasPassed() : !cancelDeadline()) {
      refuse();
      return;
    }
    if (begun && current == null) {
      startDeadline();
    }
    super.fillInterested(callback);
    Deadline waiting = deadline;
    if (begun && waiting != null && waiting.hasPassed()) {
      waiting.end(); // it passed when nobody was waiting yet
    }
  }

  /** Empty lines before a request are no part of it, but who sends nothing else is not idle. */
  private boolean isHeadBegun() {
    long bytes = getBytesIn();
    boolean onlyEmptyLines = bytes != bytesSeen && !headComplete;
    bytesSeen = bytes;
    headComplete = false;
    return getParser().isStart() ? onlyEmptyLines : getParser().inHeaderState();
  }

  private void startDeadline() {
    Deadline started = new Deadline();
    deadline = started;
    started.task = scheduler.schedule(started, headTimeoutMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Ends the time of this head.
   *
   * @return false when it had passed: then nothing may wait for bytes any more, as the wait would
   *     be taken over
   */
  private boolean cancelDeadline() {
    Deadline current = deadline;
    if (current == null) {
      return true;
    }
    deadline = null;
    return current.cancel();
  }

  @Override
  public void onFillInterestedFailed(Throwable cause) {
    if (cause instanceof HeadTimeoutException) {
      refuse();
    } else {
      super.onFillInterestedFailed(cause);
    }
  }

  @Override
  public void onClose(Throwable cause) {
    cancelDeadline();
    super.onClose(cause);
  }

  private void refuse() {
    String line = tooLate() + "\n";
    String answer =
        "HTTP/1.1 408 Request Timeout\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: "
            + line.length()
            + "\r\nConnection: close\r\n\r\n"
            + line;
    ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII));
    getEndPoint().write(Callback.from(getEndPoint()::close), bytes);
  }

  private String tooLate() {
    return "the head of a request must arrive within "
        + headTimeoutMillis
        + " ms of its first byte";
  }

  /** Is cancelled or passes, whichever comes first, and never both. */
  private final class Deadline implements Runnable {
    private static final int PENDING = 0;
    private static final int CANCELLED = 1;
    private static final int PASSED = 2;

    private final AtomicInteger state = new AtomicInteger(PENDING);
    private Scheduler.Task task;

    boolean hasPassed() {
      return state.get() == PASSED;
    }

    boolean cancel() {
      task.cancel();
      return state.compareAndSet(PENDING, CANCELLED);
    }

    /** A thread that is parsing just now finds that it has passed when it is done. */
    @Override
    public void run() {
      if (state.compareAndSet(PENDING, PASSED)) {
        end();
      }
    }

    /** Ends the wait for bytes; without effect where nobody waits. */
    void end() {
      ((AbstractEndPoint) getEndPoint()).getFillInterest().onFail(new HeadTimeoutException());
    }
  }

  private static final class HeadTimeoutException extends TimeoutException {
    private static final long serialVersionUID = 1L;
  }
}
