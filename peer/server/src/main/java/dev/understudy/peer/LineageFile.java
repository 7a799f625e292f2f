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
 * {@link Lineage} and a line feed, of as many starts as are stated to others. When there are more,
 * all of them are in the file {@code starts} as well, which releases before it leave alone.
 */
final class LineageFile {
  private static final Logger LOG = LoggerFactory.getLogger(LineageFile.class);

  private static final String NAME = "incarnation";
  private static final int MAX_BYTES = 4_096;

  private static final String ALL = "starts";
  private static final int MAX_BYTES_OF_ALL = 4 << 20;

  private static final String UNFINISHED = ".tmp";

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
    Lineage lineage = Lineage.parse(text(directory, NAME, MAX_BYTES));
    if (!lineage.isStated()) {
      LOG.warn("{}: the file {} is damaged and is not used", directory, NAME);
    }
    return lineage.starts().size() == Lineage.MAX_STATED && directory.list().contains(ALL)
        ? lineage.completedBy(
            Lineage.parse(text(directory, ALL, MAX_BYTES_OF_ALL), Lineage.MAX_KEPT))
        : lineage;
  }

  private static String text(Directory directory, String name, int maxBytes) throws IOException {
    int size = (int) Math.min(maxBytes, directory.size(name));
    ByteBuffer content = ByteBuffer.allocate(size);
    try (ReadableFile file = directory.openForReading(name)) {
      while (content.hasRemaining() && file.read(content, content.position()) > 0) {
        continue;
      }
    }
    return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
  }

  /**
   * Replaces the files; they would survive a power cut when this returns. A longer list that is one
   * start behind the short one still belongs to it, so what is read between the two steps counts.
   */
  static void write(Directory directory, Lineage lineage) throws IOException {
    replace(directory, NAME, lineage.stated());
    if (lineage.starts().size() > Lineage.MAX_STATED) {
      replace(directory, ALL, lineage);
    }
  }

  private static void replace(Directory directory, String name, Lineage lineage)
      throws IOException {
    String unfinished = name + UNFINISHED;
    if (directory.list().contains(unfinished)) {
      directory.delete(unfinished);
    }
    try (WritableFile file = directory.create(unfinished)) {
      file.write(ByteBuffer.wrap((lineage + "\n").getBytes(StandardCharsets.UTF_8)), 0);
      file.force();
    }
    directory.rename(unfinished, name);
    directory.force();
  }
}
