package dev.understudy.wal;

import dev.understudy.raft.HardState;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable log of one member.
 *
 * <p>Appending is asynchronous: a batch goes into a bounded queue; the log's thread takes
 * everything that waits, writes it, syncs once, and then runs the callbacks in order. What waits
 * while a sync runs goes out with the next.
 *
 * <p>Any failure to write or to sync is final: the log refuses everything from then on and notifies
 * its listener once. Safe for use by several threads, though order means something only from one.
 */
public final class Wal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wal.class);

  /** How often an idle log checks whether the disk is short of space. */
  private static final long IDLE_MILLIS = 1_000;

  /** How often batches that found the disk full are tried again. */
  private static final long STALLED_MILLIS = 100;

  /** A disk that needs longer for its last write than this is not waited for. */
  private static final long CLOSE_MILLIS = 20_000;

  private final Directory directory;
  private final AppendQueue queue;
  private final WalLoop loop;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final String threadName;
  private volatile Recovered recovered;
  private volatile Thread thread;
  private volatile IOException finishFailure;

  private Wal(
      Directory directory,
      LogWriter writer,
      Recovered recovered,
      WalOptions options,
      WalListener listener) {
    this.directory = directory;
    this.recovered = recovered;
    this.queue = new AppendQueue(options.maxPendingBatches());
    this.loop = new WalLoop(directory, writer, queue, options, listener);
    this.threadName = "wal-" + Long.toHexString(recovered.identity().memberId());
  }

  /** Whether the directory holds a log. */
  public static boolean exists(Directory directory) throws IOException {
    return !LogScan.names(directory).isEmpty();
  }

  /**
   * Makes a new, empty log, durably. Blocks.
   *
   * @throws FileAlreadyExistsException when the directory holds one
   */
  public static Wal create(
      Directory directory, WalIdentity identity, WalOptions options, WalListener listener)
      throws IOException {
    if (exists(directory)) {
      throw new FileAlreadyExistsException(directory + ": holds a log already");
    }
    removeUnfinished(directory);
    LogWriter writer = LogWriter.create(directory, identity, options);
    Recovered nothing = new Recovered(identity, HardState.EMPTY, Optional.empty(), List.of());
    return new Wal(directory, writer, nothing, options, listener);
  }

  /**
   * Opens a log and recovers what it holds. Everything is read and checked before anything is
   * changed; then a torn tail is cut off, and unfinished files and snapshots without a marker are
   * removed. Blocks.
   *
   * @param snapshots those of the same directory
   * @throws WalCorruptedException when what is there cannot have come from a crash, or there is no
   *     log; nothing has been changed
   * @throws NewerFormatException when a newer program wrote it
   */
  public static Wal open(
      Directory directory, SnapshotStore snapshots, WalOptions options, WalListener listener)
      throws IOException {
    LogReplay replay = new LogReplay();
    LogScan.End end = new LogScan(directory, replay).run();
    if (end.segments().isEmpty()) {
      throw new WalCorruptedException(new SegmentName(1, 1).file(), 0, "there is no log");
    }
    Recovered recovered = replay.recover(snapshots);
    removeUnfinished(directory);
    snapshots.removeUnfinished();
    snapshots.removeUnmarked();
    if (end.torn()) {
      LOG.info(
          "{}: cut off at offset {}, a crash left an unfinished write there",
          end.last().name().file(),
          end.end());
    }
    LogWriter writer = LogWriter.resume(directory, options, end, replay);
    return new Wal(directory, writer, recovered, options, listener);
  }

  private static void removeUnfinished(Directory directory) throws IOException {
    for (String file : directory.list()) {
      if (file.endsWith(SegmentName.UNFINISHED_SUFFIX)) {
        directory.delete(file);
      }
    }
  }

  /** What the log held when it was opened. */
  public Recovered recovered() {
    return recovered;
  }

  /** Drops the recovered entries, once the caller has taken them. */
  public void forgetRecovered() {
    Recovered whole = recovered;
    recovered = new Recovered(whole.identity(), whole.hardState(), whole.snapshot(), List.of());
  }

  /**
   * Starts the log's thread, and another that makes segments ahead.
   *
   * @param threads makes both; the log names them, and they have ended when {@link #close} returns
   */
  public void start(ThreadFactory threads) {
    if (closed.get() || !started.compareAndSet(false, true)) {
      throw new IllegalStateException("the log was started or closed before");
    }
    Thread next = threads.newThread(() -> run(threads));
    next.setName(threadName);
    thread = next;
    try {
      next.start();
    } catch (RuntimeException | Error e) {
      thread = null;
      started.set(false);
      throw e;
    }
  }

  private void run(ThreadFactory threads) {
    try {
      loop.startSpareSegments(threads, threadName + "-spare");
      while (!loop.isFailed() && (loop.turn() || !closed.get())) {
        if (loop.isStalled()) {
          queue.pause(STALLED_MILLIS);
        } else {
          queue.awaitWork(IDLE_MILLIS);
        }
      }
    } catch (InterruptedException | RuntimeException | Error e) {
      loop.abandon(e);
    } finally {
      finish();
    }
  }

  private void finish() {
    try {
      loop.finish();
    } catch (IOException e) {
      finishFailure = e;
    }
  }

  /**
   * One turn of the loop by hand, in simulations and tests, where {@link #start} is not called:
   * takes everything that waits, writes it, syncs if that is needed, and runs the callbacks.
   *
   * @return whether there was anything to do
   */
  public boolean turn() {
    if (started.get()) {
      throw new IllegalStateException("the log's own thread turns it");
    }
    return loop.turn();
  }

  /**
   * Hands over a batch; never blocks. Batches become durable in the order in which they were handed
   * over.
   *
   * @param onDurable runs on the log's thread once the batch is durable; a batch that holds nothing
   *     but a hard state, and that differs from the last in the commit index alone, is reported as
   *     soon as it is written. Must be quick and must not throw; never runs when the log fails
   */
  public AppendOutcome append(WalBatch batch, Runnable onDurable) {
    return queue.offer(batch, onDurable);
  }

  /**
   * Lets the log delete segments whose entries all have this index or a lower one. Never blocks.
   *
   * @param index at most {@link SnapshotStore#retainedFrom}
   */
  public void release(long index) {
    loop.releaseLater(index);
    queue.wake();
  }

  /** Whether the disk has less room than the reserve: the caller should refuse new writes. */
  public boolean lowOnSpace() {
    return loop.lowOnSpace();
  }

  /** Whether the log has failed; its listener has been, or is being, notified of the cause. */
  public boolean isFailed() {
    return loop.isFailed();
  }

  /**
   * Writes and syncs what waits, runs the callbacks, then stops the thread and closes the files.
   * Blocks until then. Idempotent.
   *
   * @throws IOException when the last sync failed, or the disk did not answer for 20 seconds
   */
  @Override
  public void close() throws IOException {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("a callback must not close the log it is called by");
    }
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    queue.close();
    if (started.get()) {
      awaitEnd();
    } else {
      boolean more = true;
      while (more) {
        more = loop.turn();
      }
      finish();
    }
    if (finishFailure != null) {
      throw finishFailure;
    }
  }

  private void awaitEnd() throws IOException {
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(directory + ": interrupted while the log was closing", e);
    }
    if (thread.isAlive()) {
      throw new IOException(directory + ": the disk has not answered for " + CLOSE_MILLIS + " ms");
    }
  }
}
