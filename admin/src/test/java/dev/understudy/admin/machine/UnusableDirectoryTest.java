package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.FileFailure;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Data directories that no machine can have: each says in one line what is wrong with which. */
class UnusableDirectoryTest {
  @TempDir Path folder;

  private enum Trouble {
    FILE("is a file, not a directory") {
      @Override
      Path prepare(Path path) throws IOException {
        return Files.createFile(path);
      }
    },
    BELOW_A_FILE("Not a directory") {
      @Override
      Path prepare(Path path) throws IOException {
        return Files.createFile(path).resolve("sub");
      }
    },
    DANGLING_LINK("is a link to something that does not exist") {
      @Override
      Path prepare(Path path) throws IOException {
        return Files.createSymbolicLink(path, Path.of("/nowhere/at/all"));
      }
    },
    NO_FILE_SYSTEM("cannot be made") {
      @Override
      Path prepare(Path path) {
        return Path.of("/proc/nowhere");
      }
    },
    FILE_SYSTEM_WITHOUT_FILES("cannot be made") {
      @Override
      Path prepare(Path path) {
        return Path.of("/proc");
      }
    },
    LOCK_IS_A_DIRECTORY("LOCK: is not a regular file") {
      @Override
      Path prepare(Path path) throws IOException {
        Files.createDirectories(path.resolve("LOCK"));
        return path;
      }
    },
    LOCK_IS_A_DANGLING_LINK("LOCK: is not a regular file") {
      @Override
      Path prepare(Path path) throws IOException {
        Files.createDirectories(path);
        Files.createSymbolicLink(path.resolve("LOCK"), Path.of("/nowhere/at/all"));
        return path;
      }
    };

    private final String words;

    Trouble(String words) {
      this.words = words;
    }

    abstract Path prepare(Path path) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void isRefusedInWords(Trouble trouble) throws IOException {
    Path directory = trouble.prepare(folder.resolve("data"));
    refused(directory, trouble.words);
  }

  @ParameterizedTest
  @EnumSource(
      value = Trouble.class,
      names = {"FILE", "DANGLING_LINK", "LOCK_IS_A_DIRECTORY"})
  void soIsTheFolderOfTheLog(Trouble trouble) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path peer = trouble.prepare(data.resolve("peer"));
    refused(peer, trouble.words);
  }

  private static void refused(Path directory, String words) {
    IOException refusal =
        catchThrowableOfType(IOException.class, () -> DiskDirectory.open(directory).close());
    assertThat(refusal).isNotNull();
    assertThat(FileFailure.reason(refusal))
        .startsWith(directory.toString())
        .contains(words)
        .doesNotContain("Exception", "java.", "null")
        .hasLineCount(1);
  }

  @Test
  void missingPermissionsAreSaid() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-x------"));
    try {
      if (!Files.isWritable(data)) { // root may write everywhere
        refused(data, "is not writable");
      }
    } finally {
      Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void aFailureWithoutWordsGetsSome() {
    assertThat(FileFailure.reason(new IOException())).isEqualTo("input or output has failed");
    assertThat(FileFailure.reason(new FileSystemException("x"))).isEqualTo("x: cannot be used");
  }
}
