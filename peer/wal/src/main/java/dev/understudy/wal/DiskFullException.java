package dev.understudy.wal;

import java.io.IOException;

/** The file system has no room for what was to be written. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With the file concerned, and the system's own error where there is one. */
  public DiskFullException(String file, Throwable cause) {
    super(file + ": no space left on the disk", cause);
  }
}
