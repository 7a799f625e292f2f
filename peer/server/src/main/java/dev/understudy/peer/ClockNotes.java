package dev.understudy.peer;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.transport.Timer;
import dev.understudy.wal.Directory;
import dev.understudy.wal.ReadableFile;
import dev.understudy.wal.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what the cluster's clock reads, many times a second while keys with a time to live
 * exist, in the file {@code clock} beside the log. Nothing is synced: a note is cheap, survives the
 * end of the process, and is lost when the power goes; then the stamps in the log have to do. So a
 * process that is killed again and again forgets next to nothing of the lives of keys.
 *
 * <p>Whatever an intact note says, so much time has passed in its cluster: it may be old, and is
 * not ahead. So none is written without a leader: the next one may go on from its predecessor's
 * last stamp, as if no time had passed since. And when the cluster's clock turns out to be behind
 * the last note, that is written anew. Anything else in the file is no note.
 */
final class ClockNotes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClockNotes.class);

  private static final String NAME = "clock";
  private static final long INTERVAL_MILLIS = 50;

  /** Cluster, time, and the inverse of both, each a long. */
  private static final int BYTES = 3 * Long.BYTES;

  private final Directory directory;
  private final long clusterId;
  private final BooleanSupplier worthIt;
  private final LongSupplier clusterMillis;
  private final Timer timer;
  private final Executor background;
  private final ByteBuffer buffer = ByteBuffer.allocate(BYTES);
  private WritableFile file;
  private volatile long notedMillis;
  private volatile boolean stopped;

  /**
   * @param worthIt whether there is anything that the time will end, and somebody leads; any thread
   * @param notedMillis what the last note says; 0 for none
   * @param clusterMillis the cluster's time; any thread
   * @param background does the writing
   */
  ClockNotes(
      Directory directory,
      long clusterId,
      BooleanSupplier worthIt,
      LongSupplier clusterMillis,
      long notedMillis,
      Timer timer,
      Executor background) {
    this.directory = directory;
    this.clusterId = clusterId;
    this.worthIt = worthIt;
    this.clusterMillis = clusterMillis;
    this.notedMillis = notedMillis;
    this.timer = timer;
    this.background = background;
  }

  /** The time that was noted last in a cluster; 0 when no note of it is there. */
  static long read(Directory directory, long clusterId) throws IOException {
    if (!directory.list().contains(NAME)) {
      return 0;
    }
    ByteBuffer note = ByteBuffer.allocate(BYTES);
    try (ReadableFile file = directory.openForReading(NAME)) {
      while (note.hasRemaining() && file.read(note, note.position()) > 0) {
        continue;
      }
    }
    if (note.flip().remaining() < BYTES) {
      return 0;
    }
    long of = note.getLong();
    long millis = note.getLong();
    return of == clusterId && note.getLong() == ~(of ^ millis) ? Math.max(0, millis) : 0;
  }

  /** Notes the time every so often from now on. */
  void start() {
    next();
  }

  /** Ends the notes; one that is under way may still be written. Idempotent. */
  void stop() {
    stopped = true;
  }

  private void next() {
    unlessEnded(() -> timer.schedule(INTERVAL_MILLIS, this::onTime));
  }

  private void onTime() {
    if (worthIt.getAsBoolean() || clusterMillis.getAsLong() < notedMillis) {
      unlessEnded(() -> background.execute(this::note));
    } else {
      next();
    }
  }

  private void unlessEnded(Runnable action) {
    if (stopped) {
      return;
    }
    try {
      action.run();
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: no more notes of the time", directory, e);
    }
  }

  private void note() {
    if (stopped) {
      return;
    }
    try {
      if (file == null) {
        file =
            directory.list().contains(NAME)
                ? directory.openForWriting(NAME)
                : directory.create(NAME);
      }
      long millis = clusterMillis.getAsLong();
      buffer.clear().putLong(clusterId).putLong(millis).putLong(~(clusterId ^ millis)).flip();
      file.write(buffer, 0);
      notedMillis = millis;
      next();
    } catch (IOException e) {
      LOG.warn(
          "{}: the time cannot be noted in the file {}: {}", directory, NAME, FailureText.of(e));
    }
  }

  /** Gives the file back; to be called once the executor has ended. */
  @Override
  public void close() throws IOException {
    stop();
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
