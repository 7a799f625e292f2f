package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches that begin and end in other threads while the writer writes as fast as it can. */
@Timeout(60)
class WatchersUnderThreadsTest {
  private static final int WRITES = 60_000;
  private static final int READERS = 4;

  private final Store store = new Store();
  private final Watchers watchers = new Watchers(store, 1_000_000, Long.MAX_VALUE);
  private final AtomicBoolean writing = new AtomicBoolean(true);

  @Test
  void streamsMissNothingAndRepeatNothing() throws Exception {
    inThreads(this::readStreams);
    assertThat(watchers.count()).isZero();
  }

  @Test
  void longPollsMissNothingAndRepeatNothing() throws Exception {
    inThreads(this::poll);
    assertThat(watchers.count()).isZero();
  }

  private void inThreads(Callable<Void> reader) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(READERS + 1);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        running.add(threads.submit(reader));
      }
      running.add(threads.submit(this::write));
      for (Future<?> each : running) {
        each.get(50, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Void write() {
    for (int i = 0; i < WRITES; i++) {
      Operation operation =
          new Operation.Set("/k" + i % 10, false, "", OptionalLong.empty(), false);
      watchers.notify((Result.Success) store.apply(operation, 0));
    }
    writing.set(false);
    watchers.close();
    return null;
  }

  /** Streams of some hundred events, each from the index where the one before was closed. */
  private Void readStreams() throws InterruptedException {
    long next = 1;
    while (writing.get()) {
      Semaphore ready = new Semaphore(1);
      Watchers.Registration registration =
          watchers.watch("/", true, true, next, watch -> ready.release());
      if (registration instanceof Watchers.Registration.Refused) {
        next = store.current().index() + 1;
        continue;
      }
      try (Watch watch = ((Watchers.Registration.Started) registration).watch()) {
        next = follow(watch, ready, next);
      }
    }
    return null;
  }

  private static long follow(Watch watch, Semaphore ready, long first) throws InterruptedException {
    long next = first;
    while (next < first + 300) {
      assertThat(ready.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      Watch.Delivery delivery = watch.poll();
      while (delivery instanceof Watch.Delivery.Next found) {
        assertThat(found.event().index()).isEqualTo(next);
        next++;
        delivery = watch.poll();
      }
      if (delivery instanceof Watch.Delivery.Ended ended) {
        // The writer may be so fast that the history does not reach back to what was to come.
        assertThat(ended.reason()).isIn(Watch.End.CLEARED, Watch.End.OVERFLOW);
        return next;
      }
    }
    return next;
  }

  /** Polls on one key of ten, each from the index after the one before. */
  private Void poll() throws InterruptedException {
    long next = 1;
    while (writing.get()) {
      Semaphore ready = new Semaphore(1);
      Watchers.Registration registration =
          watchers.watch("/k1", false, false, next, watch -> ready.release());
      if (registration instanceof Watchers.Registration.Started started) {
        Watch.Delivery delivery = started.watch().poll();
        while (delivery instanceof Watch.Delivery.Nothing) {
          assertThat(ready.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
          delivery = started.watch().poll();
        }
        if (delivery instanceof Watch.Delivery.Next found) {
          // k1 is written at 2, 12, 22, …; the first of them that is not before `next` is due.
          assertThat(found.event().index()).isEqualTo((next + 7) / 10 * 10 + 2);
          next = found.event().index() + 1;
        }
      } else {
        next = store.current().index() + 1;
      }
    }
    return null;
  }
}
