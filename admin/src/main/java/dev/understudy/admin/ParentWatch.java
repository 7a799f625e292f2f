package dev.understudy.admin;

import java.io.IOException;
import java.io.InputStream;

/**
 * Notices that the process that started this one is gone, by the end of the pipe that it holds.
 * Works however the parent ended, {@code kill -9} included.
 */
final class ParentWatch {
  private ParentWatch() {}

  /**
   * Reads in a thread of its own, which does not keep the process alive, until the stream ends.
   *
   * @param onEnd run once then, on that thread
   */
  static void start(InputStream fromParent, Runnable onEnd) {
    Thread thread = new Thread(() -> watch(fromParent, onEnd), "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void watch(InputStream fromParent, Runnable onEnd) {
    byte[] ignored = new byte[256];
    try {
      while (fromParent.read(ignored) >= 0) {
        // Nothing is said over this pipe; it only ends.
        continue;
      }
    } catch (IOException e) {
      onEnd.run(); // a broken pipe is an end as well
      return;
    }
    onEnd.run();
  }
}
