package dev.understudy.peer;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.wal.Directory;
import dev.understudy.wal.ReadableFile;
import dev.understudy.wal.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The starts of a peer's directory, in the file {@code incarnation} beside its log: the text of a
 * {@link Lineage} and a line feed.
 */
final class LineageFile {
  private static final Logger LOG = LoggerFactory.getLogger(LineageFile.class);

  private static final String NAME = "incarnation";
  private static final String UNFINISHED = "incarnation.tmp";
  private static final int MAX_BYTES = 4_096;

  private LineageFile() {}

  /**
   * Reads the file.
   *
   * @return {@link Lineage#UNSTATED} when there is none, or it makes no sense: the next start then
   *     counts on from what the log knows, and a cluster that knows more takes the directory for an
   *     old one
   */
  static Lineage read(Directory directory) throws IOException {
    if (!directory.list().contains(NAME)) {
      return Lineage.UNSTATED;
    }
    int size = (int) Math.min(MAX_BYTES, directory.size(NAME));
    ByteBuffer content = ByteBuffer.allocate(size);
    try (ReadableFile file = directory.openForReading(NAME)) {
      while (content.hasRemaining() && file.read(content, content.position()) > 0) {
        continue;
      }
    }
    Lineage lineage =
        Lineage.parse(new String(content.array(), 0, content.position(), StandardCharsets.UTF_8));
    if (!lineage.isStated()) {
      LOG.warn("{}: the file {} is damaged and is not used", directory, NAME);
    }
    return lineage;
  }

  /** Replaces the file; it would survive a power cut when this returns. */
  static void write(Directory directory, Lineage lineage) throws IOException {
    if (directory.list().contains(UNFINISHED)) {
      directory.delete(UNFINISHED);
    }
    try (WritableFile file = directory.create(UNFINISHED)) {
      file.write(ByteBuffer.wrap((lineage + "\n").getBytes(StandardCharsets.UTF_8)), 0);
      file.force();
    }
    directory.rename(UNFINISHED, NAME);
    directory.force();
  }
}
