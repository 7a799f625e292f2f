package dev.understudy.transport;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts the parts of one stream's frames together, within the limit for a frame and the budget of
 * the whole peer. A frame that comes in one part is passed on without a copy.
 *
 * <p>Parts are added on one thread at a time; {@link #close} is for any.
 */
final class FrameAssembly {
  private static final int FIRST_BYTES = 64 << 10;

  private final ReceiveBudget budget;
  private byte[] parts = new byte[0];
  private int length;
  private boolean closed;

  FrameAssembly(ReceiveBudget budget) {
    this.budget = budget;
  }

  /**
   * Adds a part.
   *
   * @param last whether the frame ends with it
   * @param maxBytes how long the frame may be
   * @return the frame, valid until {@link #taken}, if it is whole now
   * @throws MalformedMessageException if the frame is too long, or there is no room for it
   */
  synchronized Optional<ByteBuffer> add(ByteBuffer part, boolean last, int maxBytes)
      throws MalformedMessageException {
    if (part.remaining() > maxBytes - length) {
      throw new MalformedMessageException("a frame of more than " + maxBytes + " bytes");
    }
    if (length == 0 && last) {
      return Optional.of(part);
    }
    grow(part.remaining(), maxBytes);
    int count = part.remaining();
    part.get(parts, length, count);
    length += count;
    return last ? Optional.of(ByteBuffer.wrap(parts, 0, length)) : Optional.empty();
  }

  private void grow(int more, int maxBytes) throws MalformedMessageException {
    int needed = length + more;
    if (needed <= parts.length) {
      return;
    }
    long capacity = Math.min(maxBytes, Math.max(needed, Math.max(FIRST_BYTES, 2L * parts.length)));
    if (closed || !budget.tryReserve(capacity - parts.length)) {
      throw new MalformedMessageException(
          "no room for a frame: what others send at the same time fills the limit of this peer");
    }
    parts = Arrays.copyOf(parts, (int) capacity);
  }

  /** The frame that was whole has been dealt with; its memory goes back to the budget. */
  synchronized void taken() {
    budget.release(parts.length);
    parts = new byte[0];
    length = 0;
  }

  /** The stream is over. Idempotent. */
  synchronized void close() {
    closed = true;
    taken();
  }
}
