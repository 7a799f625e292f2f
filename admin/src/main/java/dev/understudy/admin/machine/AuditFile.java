package dev.understudy.admin.machine;

import ch.qos.logback.core.AsyncAppenderBase;
import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import com.google.gson.JsonObject;
import dev.understudy.api.access.AuditLog;
import dev.understudy.transport.LogThrottle;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log as a file: a line of JSON for each event, for its owner's eyes only. When it is
 * full it gets a number, and the oldest of its predecessors goes.
 *
 * <p>Any thread, and none of them waits for the disk: lines wait in a queue for a thread of
 * logback's, which hands each to the operating system. They are not synced. What finds the queue
 * full is lost, and the log of the machine says how much: nobody who is refused often enough, and
 * no disk that stands still, keeps requests from being answered.
 */
final class AuditFile implements AuditLog, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

  private static final int MAX_PREDECESSORS = 9;

  /** Of what was asked for, and of how it ended. */
  private static final int MAX_CHARS = 1_000;

  /** Some megabytes; a disk that stands still for seconds loses nothing of what people do. */
  private static final int MAX_WAITING = 10_000;

  /** How long what waits may take to be written when the machine stops. */
  private static final int CLOSE_MILLIS = 1_500;

  /** Fifty times what logback waits before it tries again. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String machine;
  private final LongSupplier wallMillis;
  private final ContextBase context = new ContextBase();
  private final Appender appender = new Appender();
  private final AsyncAppenderBase<String> queue = new AsyncAppenderBase<>();
  private final LongSupplier nanoClock;
  private final AtomicBoolean failing = new AtomicBoolean();
  private final LogThrottle losses;
  private final AtomicLong sinceFailure = new AtomicLong();
  private volatile long secondAtNanos;

  /**
   * @param machine its name, in each line
   * @param wallMillis milliseconds since the epoch
   * @param nanoClock monotonic
   */
  AuditFile(String machine, LongSupplier wallMillis, LongSupplier nanoClock) {
    this.machine = machine;
    this.wallMillis = wallMillis;
    this.nanoClock = nanoClock;
    this.losses = new LogThrottle(nanoClock);
  }

  /**
   * Opens the file, which need not be there.
   *
   * @param maxBytes of it and its predecessors together
   * @throws IOException if it cannot be written
   */
  void open(Path file, long maxBytes) throws IOException {
    createForOwner(file);
    if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
      throw new IOException("--audit-log " + file + " cannot be written");
    }
    start(file, maxBytes);
  }

  /** Begins to write to what is there. */
  void start(Path file, long maxBytes) {
    context.getStatusManager().add((Status status) -> complain(status));
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(started(new Lines()));
    FixedWindowRollingPolicy rolling = new FixedWindowRollingPolicy();
    rolling.setParent(appender);
    rolling.setFileNamePattern(file + ".%i");
    rolling.setMinIndex(1);
    rolling.setMaxIndex(MAX_PREDECESSORS);
    rolling.setContext(context);
    rolling.start();
    appender.setRollingPolicy(rolling);
    SizeBasedTriggeringPolicy<String> full = new SizeBasedTriggeringPolicy<>();
    full.setMaxFileSize(new FileSize(maxBytes / (1 + MAX_PREDECESSORS)));
    full.setCheckIncrement(Duration.buildByMilliseconds(0)); // at each line, not each minute
    full.setContext(context);
    full.start();
    appender.setTriggeringPolicy(full);
    appender.start();
    queue.setContext(context);
    queue.setName("audit");
    queue.setQueueSize(MAX_WAITING);
    queue.setDiscardingThreshold(0);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(CLOSE_MILLIS);
    queue.addAppender(appender);
    queue.start();
  }

  private Lines started(Lines lines) {
    lines.setContext(context);
    lines.start();
    return lines;
  }

  /** A log that is not written any more must not go unnoticed, nor fill the other one. */
  private void complain(Status status) {
    if (status.getLevel() >= Status.WARN) {
      sinceFailure.set(0);
      if (failing.compareAndSet(false, true)) {
        LOG.warn(
            "the audit log cannot be written, and requests are answered all the same: {}",
            status.getMessage());
      }
    }
  }

  /**
   * What logback says of a recovery means only that it has opened the file again, which a full disk
   * lets it do each time, and drops the line with which it did. So the second line since the last
   * failure is the first that is written, and it has been if a second later none has failed.
   */
  private void noticeRecovery() {
    if (!failing.get()) {
      return;
    }
    long now = nanoClock.getAsLong();
    long lines = sinceFailure.incrementAndGet();
    if (lines == 2) {
      secondAtNanos = now;
    } else if (lines > 2
        && now - secondAtNanos > SETTLED_NANOS
        && failing.compareAndSet(true, false)) {
      LOG.info("the audit log is written again");
    }
  }

  private static void createForOwner(Path file) throws IOException {
    try {
      if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} is there already", file);
    }
  }

  /** What was refused may be as large as a request, and many wait here. */
  private static String shortened(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "...";
  }

  @Override
  public void record(Event event) {
    noticeRecovery();
    JsonObject line = new JsonObject();
    line.addProperty("time", Instant.ofEpochMilli(wallMillis.getAsLong()).toString());
    line.addProperty("machine", machine);
    line.addProperty("user", event.who().name());
    line.addProperty("standing", event.who().standing().name().toLowerCase(Locale.ROOT));
    line.addProperty("from", event.from());
    line.addProperty("what", shortened(event.what()));
    line.addProperty("result", shortened(event.result()));
    line.addProperty("requestId", event.requestId());
    if (queue.getRemainingCapacity() == 0) {
      losses
          .missed()
          .ifPresent(
              notice ->
                  LOG.warn("the audit log is behind, and has lost {} events", notice.missed()));
    }
    queue.doAppend(line.toString());
  }

  /** Writes what waits. */
  @Override
  public void close() {
    queue.stop(); // and what is attached to it
  }

  /** Each file that it begins is its owner's alone. */
  private static final class Appender extends RollingFileAppender<String> {
    @Override
    public void openFile(String name) throws IOException {
      createForOwner(Path.of(name));
      super.openFile(name);
    }
  }

  /** In ASCII, so that nothing in it plays tricks on the terminal of who reads it. */
  private static final class Lines extends EncoderBase<String> {
    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
      return NOTHING;
    }

    @Override
    public byte[] encode(String line) {
      StringBuilder ascii = new StringBuilder(line.length() + 1);
      line.chars()
          .forEach(
              each -> {
                if (each < 0x7F) {
                  ascii.append((char) each);
                } else {
                  ascii.append("\\u%04x".formatted(each));
                }
              });
      return ascii.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte[] footerBytes() {
      return NOTHING;
    }
  }
}
