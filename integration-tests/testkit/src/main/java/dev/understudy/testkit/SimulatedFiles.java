package dev.understudy.testkit;

import dev.understudy.standby.DurableFiles;
import dev.understudy.wal.Directory;
import dev.understudy.wal.ReadableFile;
import dev.understudy.wal.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A standby's files on a simulated disk; of a path the file's name counts. */
record SimulatedFiles(Directory directory) implements DurableFiles {
  @Override
  public byte[] read(Path file) throws IOException {
    String name = name(file);
    if (!exists(name)) {
      throw new NoSuchFileException(name);
    }
    try (ReadableFile in = directory.openForReading(name)) {
      ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(directory.size(name)));
      while (content.hasRemaining() && in.read(content, content.position()) > 0) {
        continue;
      }
      return content.array();
    }
  }

  @Override
  public void writeAndSync(Path file, byte[] content) throws IOException {
    deleteIfExists(file);
    try (WritableFile out = directory.create(name(file))) {
      out.write(ByteBuffer.wrap(content), 0);
      out.force();
    }
  }

  @Override
  public void renameOver(Path from, Path to) throws IOException {
    directory.rename(name(from), name(to));
  }

  @Override
  public void deleteIfExists(Path file) throws IOException {
    if (exists(name(file))) {
      directory.delete(name(file));
    }
  }

  @Override
  public void syncDirectory(Path path) throws IOException {
    directory.force();
  }

  private boolean exists(String name) throws IOException {
    return directory.list().contains(name);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
