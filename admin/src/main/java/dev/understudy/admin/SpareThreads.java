package dev.understudy.admin;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;

/**
 * Whether the system lets this process have a few threads more. A signal gets one from the virtual
 * machine, which without it drops the signal: a process that has just as many as it may have runs,
 * and cannot be stopped.
 */
final class SpareThreads {
  /** The signal's, the hook's that it runs, and what the end of the parts takes. */
  static final int COUNT = 6;

  private SpareThreads() {}

  /**
   * Starts them all at once and lets them go again.
   *
   * @throws OutOfMemoryError as the virtual machine does, if there is no room for one of them
   */
  static void check(ThreadFactory factory) {
    CountDownLatch checked = new CountDownLatch(1);
    try {
      for (int i = 0; i < COUNT; i++) {
        factory.newThread(() -> await(checked)).start();
      }
    } finally {
      checked.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends with this
    }
  }
}
