package dev.understudy.standby;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A loop that a test turns by hand; time passes only when the test says so. */
final class ManualLoop implements WorkLoop {
  private record Later(Runnable task, long delayMillis) {}

  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final List<Later> later = new ArrayList<>();
  private final AtomicLong nowMillis;
  private boolean closed;

  ManualLoop() {
    this(new AtomicLong());
  }

  /**
   * @param nowMillis the clock of those who use the loop
   */
  ManualLoop(AtomicLong nowMillis) {
    this.nowMillis = nowMillis;
  }

  @Override
  public void execute(Runnable task) {
    if (!closed) {
      ready.add(task);
    }
  }

  @Override
  public void schedule(Runnable task, long delayMillis) {
    if (!closed) {
      later.add(new Later(task, delayMillis));
    }
  }

  /** Runs all that is ready, and what that makes ready. */
  void settle() {
    for (int i = 0; i < 10_000 && !ready.isEmpty(); i++) {
      ready.remove().run();
    }
  }

  /** Lets the time pass to the one task that waits, and runs it. Returns how long it waited. */
  long passTime() {
    if (later.size() != 1) {
      throw new AssertionError("expected one waiting task: " + later);
    }
    Later next = later.remove(0);
    nowMillis.addAndGet(next.delayMillis());
    execute(next.task());
    settle();
    return next.delayMillis();
  }

  /** Lets so much time pass to all that waits, and runs what is due. */
  void passTime(long millis) {
    nowMillis.addAndGet(millis);
    List<Later> waiting = List.copyOf(later);
    later.clear();
    for (Later each : waiting) {
      if (each.delayMillis() <= millis) {
        execute(each.task());
      } else {
        later.add(new Later(each.task(), each.delayMillis() - millis));
      }
    }
    settle();
  }

  boolean isIdle() {
    return ready.isEmpty() && later.isEmpty();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    ready.clear();
    later.clear();
  }
}
