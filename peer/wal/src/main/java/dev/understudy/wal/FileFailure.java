package dev.understudy.wal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Failures of files in words: Java's exceptions often have the name of the file and no reason. */
public final class FileFailure {
  private FileFailure() {}

  /** One line for an operator: which file, and why. Never the name of a class. */
  public static String reason(IOException e) {
    if (!(e instanceof FileSystemException failure) || failure.getFile() == null) {
      return e.getMessage() == null ? "input or output has failed" : e.getMessage();
    }
    String file = failure.getFile();
    if (e instanceof NoSuchFileException) {
      return file + ": there is no such file or directory, and it cannot be made";
    }
    if (e instanceof AccessDeniedException) {
      return file + ": permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return file + ": " + obstacle(Path.of(file));
    }
    if (e instanceof NotDirectoryException) {
      return file + ": not a directory";
    }
    String reason = failure.getReason();
    return file + ": " + (reason == null ? "cannot be used" : reason);
  }

  private static String obstacle(Path file) {
    if (Files.isSymbolicLink(file) && !Files.exists(file)) {
      return "is a link to something that does not exist";
    }
    return Files.isDirectory(file) ? "exists already" : "is a file, not a directory";
  }
}
