package dev.understudy.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of a {@link Directory} that is open for reading. Used by one thread at a time. */
public interface ReadableFile extends Closeable {
  /**
   * Reads what fits into {@code target} from {@code position} on.
   *
   * @return the number of bytes read, at least 1 unless {@code target} is full; −1 at the end
   */
  int read(ByteBuffer target, long position) throws IOException;

  /** The file's length in bytes. */
  long size() throws IOException;
}
