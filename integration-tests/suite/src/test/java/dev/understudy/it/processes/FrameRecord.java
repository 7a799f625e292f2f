package dev.understudy.it.processes;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.zip.GZIPOutputStream;

/**
 * What was sent to peer ports, one line each, so that the frame can be found which did some harm:
 * the time, the receiver, the sender as greeted, and the bytes in Base64. Compressed files take
 * turns; the oldest go first. One thread.
 */
final class FrameRecord implements AutoCloseable {
  /** A frame of more is a giant of which the rest is filling. */
  private static final int MAX_BYTES = 4_096;

  private static final int LINES_PER_FILE = 250_000;
  private static final int MAX_FILES = 40;

  private final Path directory;
  private final Deque<Path> files = new ArrayDeque<>();
  private PrintWriter out;
  private int number;
  private int lines = LINES_PER_FILE;

  FrameRecord(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  void add(String receiver, long sender, byte[] frame) {
    if (lines == LINES_PER_FILE) {
      turn();
    }
    byte[] kept = frame.length > MAX_BYTES ? java.util.Arrays.copyOf(frame, MAX_BYTES) : frame;
    String text = Base64.getEncoder().encodeToString(kept);
    out.printf("%s %s %x %d %s%n", Instant.now(), receiver, sender, frame.length, text);
    lines++;
  }

  private void turn() {
    try {
      close();
      if (files.size() == MAX_FILES) {
        Files.delete(files.removeFirst());
      }
      Path file = directory.resolve("frames-%04d.gz".formatted(number++));
      files.addLast(file);
      // Flushed as it goes, so that a run which is ended leaves a file that can be read.
      GZIPOutputStream zipped = new GZIPOutputStream(Files.newOutputStream(file), 1 << 16, true);
      out = new PrintWriter(new OutputStreamWriter(zipped, StandardCharsets.UTF_8));
      lines = 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes out what there is. */
  void flush() {
    if (out != null) {
      out.flush();
    }
  }

  @Override
  public void close() {
    if (out != null) {
      out.close();
    }
  }
}
