package dev.understudy.wal;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the next segment's file ready, filled with zeros and synced, so that the log's thread finds
 * it made when the present one is full. Filling space on the log's own thread would hold up every
 * batch behind it, and while a file grows each of its syncs also writes the file system's journal.
 *
 * <p>Optional: without this thread, or when a file could not be made, {@link #take} has nothing and
 * the log makes its segment itself. Used by two threads, the log's and this one.
 */
final class SpareSegments implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SpareSegments.class);

  /** So much is written between two syncs, lest the log's own wait behind all of it. */
  private static final long STEP_BYTES = 2L << 20;

  private static final long CLOSE_MILLIS = 20_000;

  /** A file that is ready; its taker has to rename and to close it. */
  record Spare(String name, WritableFile file) {}

  private final Directory directory;
  private final long bytes;
  private final Object lock = new Object();
  private Thread thread;
  private Spare ready;
  private boolean requested;
  private boolean closed;
  private long made;

  SpareSegments(Directory directory, long bytes) {
    this.directory = directory;
    this.bytes = bytes;
  }

  void start(ThreadFactory threads, String threadName) {
    synchronized (lock) {
      thread = threads.newThread(this::run);
      thread.setName(threadName);
      thread.start();
    }
  }

  /** Requests a file to be ready soon. Never blocks. */
  void request() {
    synchronized (lock) {
      if (thread != null && ready == null) {
        requested = true;
        lock.notifyAll();
      }
    }
  }

  /** The file that is ready; null when there is none. Never blocks. */
  Spare take() {
    synchronized (lock) {
      Spare spare = ready;
      ready = null;
      return spare;
    }
  }

  private void run() {
    try {
      while (awaitRequest()) {
        offer(make());
      }
    } catch (InterruptedException e) {
      LOG.warn("{}: no more segments are made ahead: interrupted", directory);
    }
  }

  private boolean awaitRequest() throws InterruptedException {
    synchronized (lock) {
      while (!requested && !closed) {
        lock.wait();
      }
      return !closed;
    }
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  /** Null when it could not be made. */
  private Spare make() {
    String name = "spare-" + ++made + SegmentName.UNFINISHED_SUFFIX;
    WritableFile file = null;
    try {
      file = directory.create(name);
      long end = 0;
      while (end < bytes && !isClosed()) {
        end = Math.min(end + STEP_BYTES, bytes);
        file.preallocate(end);
        file.force();
      }
      return new Spare(name, file);
    } catch (IOException e) {
      LOG.warn("{}: could not make a segment ahead: {}", directory, FileFailure.reason(e));
      if (file != null) {
        discard(new Spare(name, file));
      }
      return null;
    }
  }

  private void offer(Spare spare) {
    boolean kept;
    synchronized (lock) {
      kept = !closed;
      ready = kept ? spare : null;
      requested = false;
    }
    if (!kept && spare != null) {
      discard(spare);
    }
  }

  private void discard(Spare spare) {
    try {
      spare.file().close();
      directory.delete(spare.name());
    } catch (IOException e) {
      LOG.warn("{}: could not remove {}: {}", directory, spare.name(), FileFailure.reason(e));
    }
  }

  /** Stops the thread and removes a file that was not taken. */
  @Override
  public void close() throws IOException {
    Thread running;
    synchronized (lock) {
      closed = true;
      running = thread;
      lock.notifyAll();
    }
    try {
      if (running != null) {
        running.join(CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(directory + ": interrupted while the log was closing", e);
    }
    Spare spare = take();
    if (spare != null) {
      discard(spare);
    }
  }
}
