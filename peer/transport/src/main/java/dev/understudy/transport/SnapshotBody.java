package dev.understudy.transport;

import dev.understudy.clusterconfig.FailureText;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.eclipse.jetty.client.InputStreamRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.io.ByteBufferPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of a transfer: the head, then the snapshot's bytes, exactly as many as announced. The
 * source is opened when its first byte is wanted. Nothing but one buffer is held in memory.
 */
final class SnapshotBody extends InputStream {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotBody.class);
  private static final int BUFFER_BYTES = 64 << 10;

  private final SnapshotSource source;
  private final Traffic traffic;
  private final ByteArrayInputStream head;
  private final long lengthBytes;

  /** What is left of the source; reading and closing may come from different threads. */
  private long leftBytes;

  private InputStream opened;
  private boolean closed;

  SnapshotBody(byte[] head, SnapshotSource source, Traffic traffic) {
    this.source = source;
    this.traffic = traffic;
    this.head = new ByteArrayInputStream(head);
    this.leftBytes = source.sizeBytes();
    this.lengthBytes = head.length + leftBytes;
  }

  Request.Content content(ByteBufferPool pool) {
    return new InputStreamRequestContent(
        "application/octet-stream", this, new ByteBufferPool.Sized(pool, false, BUFFER_BYTES)) {
      @Override
      public long getLength() {
        return lengthBytes;
      }
    };
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (closed) {
      throw new IOException("the transfer is over");
    }
    int count = length == 0 ? 0 : head.read(target, offset, length);
    if (count < 0) {
      if (leftBytes == 0) {
        return -1;
      }
      if (opened == null) {
        opened = source.open();
      }
      count = opened.read(target, offset, (int) Math.min(length, leftBytes));
      if (count < 0) {
        throw new EOFException("the snapshot is " + leftBytes + " bytes shorter than announced");
      }
      leftBytes -= count;
    }
    traffic.sent(0, count);
    return count;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        LOG.warn("cannot close a snapshot that was being sent: {}", FailureText.of(e));
      }
    }
  }
}
