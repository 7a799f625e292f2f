package dev.understudy.api.http;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A request that waits for something before it is answered at all. No thread waits with it. It ends
 * once: woken, or at its time, it goes on by a thread of the server; and a client that leaves
 * meanwhile is noticed.
 */
public final class LongPoll {
  private enum State {
    NEW,
    WAITING,
    ENDED
  }

  private final HttpExchange exchange;
  private final Runnable next;
  private final Runnable onGone;
  private final DisconnectMonitor monitor;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private volatile Scheduler.Task deadline;

  /**
   * @param next answers; runs once unless the client has gone
   * @param onGone runs instead of it; must not block
   */
  public LongPoll(HttpExchange exchange, Runnable next, Runnable onGone) {
    this.exchange = exchange;
    this.next = next;
    this.onGone = onGone;
    this.monitor =
        new DisconnectMonitor(
            exchange.request().getConnectionMetaData().getConnection().getEndPoint(), this::gone);
  }

  /** Begins to wait, unless it was woken already: then it goes on at once, by this thread. */
  public void start(long millis) {
    exchange.willWait();
    if (!state.compareAndSet(State.NEW, State.WAITING)) {
      exchange.run(same -> next.run());
      return;
    }
    // It is idle by nature; a client that has gone is noticed by other means.
    exchange.request().addIdleTimeoutListener(timeout -> false);
    monitor.start();
    deadline =
        exchange
            .request()
            .getComponents()
            .getScheduler()
            .schedule(this::wake, millis, TimeUnit.MILLISECONDS);
    if (state.get() == State.ENDED) {
      deadline.cancel();
    }
  }

  /** Ends the wait. Any thread; has no effect after the first time. */
  public void wake() {
    if (state.compareAndSet(State.NEW, State.ENDED)) {
      return; // start() goes on
    }
    if (end()) {
      Executor executor = exchange.request().getComponents().getExecutor();
      try {
        executor.execute(() -> exchange.run(same -> goOn()));
      } catch (RejectedExecutionException e) {
        onGone.run();
        exchange.abandon(e); // the server is stopping
      }
    }
  }

  private boolean end() {
    boolean ended = state.compareAndSet(State.WAITING, State.ENDED);
    Scheduler.Task pending = deadline;
    if (ended && pending != null) {
      pending.cancel();
    }
    return ended;
  }

  /** With the answer the client may send its next request, which is Jetty's to read. */
  private void goOn() {
    if (monitor.stop()) {
      exchange.closeAfterwards();
    }
    next.run();
  }

  private void gone() {
    if (end()) {
      monitor.stop();
      onGone.run();
      EofException cause = new EofException("the client has gone");
      exchange.request().getConnectionMetaData().getConnection().getEndPoint().close(cause);
      exchange.abandon(cause);
    }
  }
}
