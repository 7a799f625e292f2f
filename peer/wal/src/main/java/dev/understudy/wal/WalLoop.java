package dev.understudy.wal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one turn of the log does, apart from the thread that turns it. All but {@link
 * #releaseLater}, {@link #lowOnSpace} and {@link #isFailed} belongs to one thread.
 */
final class WalLoop {
  private static final Logger LOG = LoggerFactory.getLogger(WalLoop.class);

  private final Directory directory;
  private final LogWriter writer;
  private final AppendQueue queue;
  private final WalListener listener;
  private final WalOptions options;
  private final AtomicLong releaseTo = new AtomicLong();

  /** Taken from the queue and not durable yet; empty between turns unless the disk is full. */
  private final List<AppendQueue.Pending> group = new ArrayList<>();

  private long released;
  private long spaceCheckedAtGrowth = -1;
  private boolean stalled;
  private volatile boolean lowOnSpace;
  private volatile boolean failed;

  WalLoop(
      Directory directory,
      LogWriter writer,
      AppendQueue queue,
      WalOptions options,
      WalListener listener) {
    this.directory = directory;
    this.writer = writer;
    this.queue = queue;
    this.listener = listener;
    this.options = options;
  }

  /** To be called before a thread turns the loop: starts the thread that makes segments ahead. */
  void startSpareSegments(ThreadFactory threads, String threadName) {
    writer.startSpareSegments(threads, threadName);
  }

  /** One turn; false when there was nothing that could be done. */
  boolean turn() {
    if (failed) {
      return false;
    }
    try {
      if (group.isEmpty()) {
        // What found no room stays in front, and the queue fills up behind it: that is its bound.
        queue.drainTo(group);
      }
      boolean progress = appendGroup();
      progress |= releaseSegments();
      if (!progress || lowOnSpace || spaceCheckedAtGrowth != writer.growths()) {
        checkSpace();
      }
      return progress;
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
      return false;
    }
  }

  /** Writes the group with as few writes as its size allows, and syncs once. */
  private boolean appendGroup() throws IOException {
    int count = 0;
    boolean mustSync = false;
    stalled = false;
    while (count < group.size() && !stalled) {
      WalBatch batch = group.get(count).batch();
      if (reserve(batch)) {
        mustSync |= writer.add(batch);
        count++;
      } else {
        stalled = true;
      }
    }
    if (count == 0) {
      return false;
    }
    writer.flush();
    if (mustSync) {
      listener.syncing();
      long bytes = writer.sync();
      listener.synced(count, bytes);
    }
    complete(count);
    return true;
  }

  /** A full disk is no failure while nothing of the batch was written: it waits for room. */
  private boolean reserve(WalBatch batch) throws IOException {
    try {
      writer.reserve(batch);
      return true;
    } catch (DiskFullException e) {
      setLowOnSpace(true, e.getMessage());
      return false;
    }
  }

  private void complete(int count) {
    for (int i = 0; i < count; i++) {
      group.get(i).onDurable().run();
    }
    if (count == group.size()) {
      group.clear();
    } else {
      group.subList(0, count).clear();
    }
  }

  private boolean releaseSegments() throws IOException {
    long index = releaseTo.get();
    if (index <= released) {
      return false;
    }
    released = index;
    writer.release(index);
    return true;
  }

  private void checkSpace() throws IOException {
    spaceCheckedAtGrowth = writer.growths();
    long usable = directory.usableBytes();
    long reserve = options.reserveOn(directory.totalBytes());
    setLowOnSpace(
        stalled || usable < reserve,
        usable + " bytes are left on the disk, " + reserve + " are kept in reserve");
  }

  private void setLowOnSpace(boolean low, String why) {
    if (low && !lowOnSpace) {
      LOG.warn("{}: low on space, new writes are refused: {}", directory, why);
    } else if (!low && lowOnSpace) {
      LOG.info("{}: enough space again, {}", directory, why);
    }
    lowOnSpace = low;
  }

  /**
   * A sync that failed once says nothing when it succeeds later (the system may have dropped the
   * very pages), and after a failed write the file's contents are unknown. So nothing is tried
   * again; a restart reads what is really there.
   */
  private void fail(Throwable cause) {
    if (failed) {
      return;
    }
    failed = true;
    queue.close();
    group.clear();
    if (cause instanceof IOException failure) {
      LOG.error(
          "{}: the log has failed, it takes nothing more: {}",
          directory,
          FileFailure.reason(failure));
    } else {
      LOG.error("{}: the log has failed, it takes nothing more", directory, cause);
    }
    listener.failed(cause);
  }

  /** Whether batches wait for room on the disk. */
  boolean isStalled() {
    return stalled;
  }

  /** Ends the log: all that could be written is durable and the file is closed. */
  void finish() throws IOException {
    try (writer) {
      if (!failed && writer.isDirty()) {
        writer.sync();
      }
      if (!group.isEmpty()) {
        LOG.warn("{}: {} batches found no room and are dropped", directory, group.size());
      }
    }
  }

  /** To be called when the thread that turns the loop ends unexpectedly. */
  void abandon(Throwable cause) {
    fail(cause);
  }

  /** Lets the next turn delete segments whose entries all have this index or a lower one. */
  void releaseLater(long index) {
    releaseTo.accumulateAndGet(index, Math::max);
  }

  boolean lowOnSpace() {
    return lowOnSpace;
  }

  boolean isFailed() {
    return failed;
  }
}
