package dev.understudy.wal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A file of a {@link Directory} as a stream. */
final class FileInput extends InputStream {
  private final ReadableFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);
  private long position;

  FileInput(ReadableFile file) {
    this.file = file;
  }

  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear();
    int count = file.read(buffer, position);
    position += Math.max(0, count);
    buffer.flip();
    return count > 0;
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int from, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(count, buffer.remaining());
    buffer.get(target, from, part);
    return part;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
