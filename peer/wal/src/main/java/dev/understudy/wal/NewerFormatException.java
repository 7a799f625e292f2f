package dev.understudy.wal;

import java.io.IOException;

/** A file was written by a newer version of this program, in a format that this one cannot know. */
public final class NewerFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With the file, the format version it states, and the newest that this program can read. */
  public NewerFormatException(String file, int found, int known) {
    super(
        file
            + ": has format version "
            + found
            + ", this program reads up to version "
            + known
            + "; start a newer program on this directory");
  }
}
