package dev.understudy.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * A body that has to come at a minimum rate and before a deadline. Only the time that is spent
 * waiting for bytes counts for the rate, so a reader with a slow disk is not held against the
 * sender.
 */
final class RatedInput extends FilterInputStream {
  /** A connection needs a moment to get going. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LongSupplier nanoClock;
  private final long bytesPerSecond;
  private final long deadlineNanos;
  private long waitedNanos;
  private long bytes;

  RatedInput(InputStream in, LongSupplier nanoClock, long bytesPerSecond, long timeoutMillis) {
    super(in);
    this.nanoClock = nanoClock;
    this.bytesPerSecond = bytesPerSecond;
    this.deadlineNanos = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  @Override
  public int read() throws IOException {
    long begun = nanoClock.getAsLong();
    int one = waited(in::read);
    count(begun, one < 0 ? 0 : 1);
    return one;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      // readNBytes ends with such a read, for which the server's stream would wait for more bytes.
      return 0;
    }
    long begun = nanoClock.getAsLong();
    int count = waited(() -> in.read(target, offset, length));
    count(begun, Math.max(0, count));
    return count;
  }

  @FunctionalInterface
  private interface Reading {
    int read() throws IOException;
  }

  /** The server gives a body up that stands still for long. */
  private static int waited(Reading reading) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new SlowTransferException("the transfer stands still");
      }
      throw e;
    }
  }

  private void count(long begunNanos, int count) throws IOException {
    long now = nanoClock.getAsLong();
    waitedNanos += now - begunNanos;
    bytes += count;
    if (now - deadlineNanos > 0) {
      throw new SlowTransferException("the transfer takes too long");
    }
    double owed = (waitedNanos - GRACE_NANOS) / 1e9 * bytesPerSecond;
    if (bytes < owed) {
      throw new SlowTransferException(
          "the transfer is slower than " + bytesPerSecond + " bytes a second");
    }
  }
}
