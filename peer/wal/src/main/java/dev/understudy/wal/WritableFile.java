package dev.understudy.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link Directory} that is open for writing. Used by one thread at a time. */
public interface WritableFile extends Closeable {
  /**
   * Writes all of {@code source} at {@code position}; a gap before it is filled with zeros.
   *
   * @throws DiskFullException when there is no room; some of it may have been written
   */
  void write(ByteBuffer source, long position) throws IOException;

  /**
   * Fills the file from its present end up to {@code length} with zeros that really take up room,
   * so that a later write there can neither find the disk full nor change the file's metadata. Does
   * nothing when the file is that long already.
   *
   * @throws DiskFullException when there is no room; the file may have grown by a part
   */
  void preallocate(long length) throws IOException;

  /** Cuts the file off at {@code length}; does nothing when it is no longer than that. */
  void truncate(long length) throws IOException;

  /** The file's length in bytes. */
  long size() throws IOException;

  /**
   * Returns once all that was written would survive a power cut. After a failure it is unknown what
   * is on the disk: the caller must not write on, not even when a second call succeeds.
   */
  void force() throws IOException;
}
