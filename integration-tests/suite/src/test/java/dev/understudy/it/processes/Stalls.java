package dev.understudy.it.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;

/**
 * How long this process, or the disk, stood still at a stretch: machines beside it may have stood
 * still as well, and then have a right to do what they would not do otherwise. A thread wakes now
 * and then and writes to the disk; what that takes too long is a stall.
 */
final class Stalls implements AutoCloseable {
  private static final int WINDOWS = 5;
  private static final long PERIOD_MILLIS = 50;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong longestNanos = new AtomicLong();
  private final FileChannel file;
  private long lastNanos = System.nanoTime();

  /** Something to be seen of machines. */
  interface Observation {
    /** Looks on for a while; what it returns is judged. */
    Runnable make() throws Exception;
  }

  private Stalls(Path directory) throws IOException {
    file =
        FileChannel.open(
            directory.resolve("stalls"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    thread.scheduleWithFixedDelay(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Judges the first of some observations in which nothing stood still for longer than a time; what
   * is seen in others says nothing of the machines. If there is none such, the last is judged.
   */
  static void judgeWithout(long millis, Path directory, Observation observation) throws Exception {
    for (int window = 1; ; window++) {
      try (Stalls stalls = new Stalls(directory)) {
        Runnable judgement = seenBy(observation);
        long longestMillis = stalls.longestMillis();
        if (longestMillis <= millis || window == WINDOWS) {
          judgement.run();
          return;
        }
        System.out.printf("stood still for %d ms: looked at once more%n", longestMillis);
      }
    }
  }

  /** What went wrong already while it was looked at is judged like the rest. */
  private static Runnable seenBy(Observation observation) throws Exception {
    try {
      return observation.make();
    } catch (AssertionError | ConditionTimeoutException e) {
      return () -> {
        throw e;
      };
    }
  }

  private void look() {
    try {
      file.write(ByteBuffer.wrap(new byte[] {1}), 0);
      file.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long now = System.nanoTime();
    longestNanos.accumulateAndGet(
        now - lastNanos - TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS), Math::max);
    lastNanos = now;
  }

  /** Until now, also of a stall that lasts: it is only over once the thread has run again. */
  private long longestMillis() throws Exception {
    thread.submit(this::look).get(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
  }

  @Override
  public void close() throws IOException {
    thread.shutdownNow();
    file.close();
  }
}
