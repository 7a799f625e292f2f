package dev.understudy.wal;

import java.io.IOException;

/** The directory is open already, in this process or in another. */
public final class DirectoryLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With the directory that is taken. */
  public DirectoryLockedException(String directory) {
    super(directory + ": in use by another process, or opened twice by this one");
  }
}
