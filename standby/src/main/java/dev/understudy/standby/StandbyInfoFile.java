package dev.understudy.standby;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code standby_info} in a machine's data directory.
 *
 * <p>A save is whole or not at all, whenever the power goes: the text goes to a temporary file,
 * that is synced and renamed over the old one, then the directory is synced. A temporary file that
 * a crash left behind is never read. Blocks for the disk; for one thread at a time.
 */
public final class StandbyInfoFile {
  private static final Logger LOG = LoggerFactory.getLogger(StandbyInfoFile.class);

  /** Its name in the data directory. */
  public static final String NAME = "standby_info";

  private final Path file;
  private final DurableFiles files;

  /** In a directory that exists. */
  public StandbyInfoFile(Path dataDirectory) {
    this(dataDirectory, DurableFiles.REAL);
  }

  /** In a directory of another disk. */
  public StandbyInfoFile(Path dataDirectory, DurableFiles files) {
    this(files, dataDirectory.resolve(NAME));
  }

  private StandbyInfoFile(DurableFiles files, Path file) {
    this.file = Objects.requireNonNull(file);
    this.files = Objects.requireNonNull(files);
  }

  /** Another file, in a directory that exists. */
  public static StandbyInfoFile at(Path file) {
    return new StandbyInfoFile(DurableFiles.REAL, file.toAbsolutePath());
  }

  /** The file, for a message. */
  @Override
  public String toString() {
    return file.toString();
  }

  /**
   * What was saved last; empty when nothing was, or when the file is damaged, which a line in the
   * log says. (The file only saves a search for the cluster, so that a machine goes on without it.)
   *
   * @throws IOException when the disk does not let it be read
   */
  public Optional<StandbyInfo> load() throws IOException {
    try {
      return read();
    } catch (IllegalArgumentException e) {
      LOG.warn("{} is damaged and is passed over: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Whether something was saved that cannot be understood any more.
   *
   * @throws IOException when the disk does not let it be read
   */
  public boolean isDamaged() throws IOException {
    try {
      read();
      return false;
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private Optional<StandbyInfo> read() throws IOException {
    try {
      String json = new String(files.read(file), StandardCharsets.UTF_8);
      return Optional.of(StandbyInfo.fromJson(json));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Saves it durably.
   *
   * @throws IOException when the disk fails; either the old or the new content is there then
   */
  public void save(StandbyInfo info) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    files.writeAndSync(temporary, info.toJson().getBytes(StandardCharsets.UTF_8));
    files.renameOver(temporary, file);
    files.syncDirectory(file.getParent());
  }

  /**
   * Removes it durably, if it is there.
   *
   * @throws IOException when the disk fails
   */
  public void delete() throws IOException {
    files.deleteIfExists(file);
    files.syncDirectory(file.getParent());
  }
}
