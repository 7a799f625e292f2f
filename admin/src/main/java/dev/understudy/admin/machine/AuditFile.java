package dev.understudy.admin.machine;

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
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit log as a file: a line of JSON for each event, for its owner's eyes only. When it is
 * full it gets a number, and the oldest of its predecessors goes. Any thread; a line is handed to
 * the operating system before the call returns, and not synced.
 */
final class AuditFile implements AuditLog, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditFile.class);

  private static final FileSize MAX_SIZE = FileSize.valueOf("10MB");
  private static final int MAX_PREDECESSORS = 9;

  private final String machine;
  private final LongSupplier wallMillis;
  private final ContextBase context = new ContextBase();
  private final Appender appender = new Appender();

  /**
   * @param machine its name, in each line
   * @param wallMillis milliseconds since the epoch
   */
  AuditFile(String machine, LongSupplier wallMillis) {
    this.machine = machine;
    this.wallMillis = wallMillis;
  }

  /**
   * Opens the file, which need not be there.
   *
   * @throws IOException if it cannot be written
   */
  void open(Path file) throws IOException {
    context.getStatusManager().add((Status status) -> complain(status));
    createForOwner(file);
    if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
      throw new IOException("--audit-log " + file + " cannot be written");
    }
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
    full.setMaxFileSize(MAX_SIZE);
    full.setCheckIncrement(Duration.buildByMilliseconds(0)); // at each line, not each minute
    full.setContext(context);
    full.start();
    appender.setTriggeringPolicy(full);
    appender.start();
  }

  private Lines started(Lines lines) {
    lines.setContext(context);
    lines.start();
    return lines;
  }

  /** A log that is not written any more must not go unnoticed. */
  private static void complain(Status status) {
    if (status.getLevel() >= Status.WARN) {
      LOG.warn("the audit log: {}", status.getMessage());
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

  @Override
  public void record(Event event) {
    JsonObject line = new JsonObject();
    line.addProperty("time", Instant.ofEpochMilli(wallMillis.getAsLong()).toString());
    line.addProperty("machine", machine);
    line.addProperty("user", event.who().name());
    line.addProperty("standing", event.who().standing().name().toLowerCase(Locale.ROOT));
    line.addProperty("from", event.from());
    line.addProperty("what", event.what());
    line.addProperty("result", event.result());
    appender.doAppend(line.toString());
  }

  @Override
  public void close() {
    appender.stop();
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
