package dev.understudy.wal;

import java.io.IOException;

/**
 * What is on the disk is not what was written there, and no crash explains it. Nothing has been
 * changed. The way out is a restored backup, or giving the machine a new, empty directory.
 */
public final class WalCorruptedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;

  /** With the file, the offset in it in bytes, and what is wrong there. */
  public WalCorruptedException(String file, long offset, String what) {
    super(file + " at offset " + offset + ": " + what);
    this.file = file;
    this.offset = offset;
  }

  /** The damaged file's name; the name it should have where it is missing. */
  public String file() {
    return file;
  }

  /** Where in the file, in bytes. */
  public long offset() {
    return offset;
  }
}
