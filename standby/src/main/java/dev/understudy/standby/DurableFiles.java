package dev.understudy.standby;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The five things that a standby does with files. Tests and simulations put another disk in the
 * place of the real one, which fails or forgets what was not synced.
 */
public interface DurableFiles {
  /** What is longer is refused: no list of machines comes near it. */
  int MAX_BYTES = 1 << 20;

  /** The real disk. */
  DurableFiles REAL =
      new DurableFiles() {
        @Override
        public byte[] read(Path file) throws IOException {
          requireRegular(file);
          try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
              throw new FileSystemException(
                  file.toString(), null, "is longer than " + MAX_BYTES + " bytes");
            }
            return content;
          }
        }

        private FileAttribute<?>[] onlyOwner() {
          return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
              ? new FileAttribute<?>[] {
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
              }
              : new FileAttribute<?>[0];
        }

        /** Opening a named pipe would block until another process writes to it. */
        private void requireRegular(Path file) throws IOException {
          if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "is not a regular file");
          }
        }

        @Override
        public void writeAndSync(Path file, byte[] content) throws IOException {
          Set<OpenOption> options =
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE);
          try (FileChannel channel = FileChannel.open(file, options, onlyOwner())) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
              channel.write(rest);
            }
            channel.force(true);
          }
        }

        @Override
        public void renameOver(Path from, Path to) throws IOException {
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void deleteIfExists(Path file) throws IOException {
          Files.deleteIfExists(file);
        }

        @Override
        public void syncDirectory(Path directory) throws IOException {
          try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };

  /**
   * Reads a whole file.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws IOException when it is no regular file, or longer than {@link #MAX_BYTES}
   */
  byte[] read(Path file) throws IOException;

  void writeAndSync(Path file, byte[] content) throws IOException;

  void renameOver(Path from, Path to) throws IOException;

  void deleteIfExists(Path file) throws IOException;

  void syncDirectory(Path directory) throws IOException;
}
