package dev.understudy.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 24 bytes before every record; the package's page has the layout with an example.
 *
 * <p>The header's checksum also covers the place (segment and offset), so a record is valid only
 * where it was written. It covers the payload's checksum, which thereby is bound to the place too.
 */
final class FrameHeader {
  static final int BYTES = 24;

  /** Ends every record: a record whose last byte is zero was never written to its end. */
  static final byte END_MARK = (byte) 0xA5;

  /** Far above what a batch holds; a length beyond it is damage. */
  static final int MAX_PAYLOAD_BYTES = 1 << 28;

  private static final int PAYLOAD_CHECKSUM = 4;
  private static final int PAYLOAD_BYTES = 8;
  private static final int UNSYNCED_BYTES = 12;
  private static final int RESERVED_INT = 16;
  private static final int RESERVED_SHORT = 20;
  private static final int FLAGS = 22;
  private static final int TYPE = 23;
  private static final int ALIGNMENT = 8;
  private static final byte LAST_OF_BATCH = 1;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer place = ByteBuffer.allocate(16);

  private int payloadBytes;
  private int payloadChecksum;
  private long unsyncedBytes;
  private boolean lastOfBatch;
  private FrameType type;

  /** The size of a record in bytes: header, payload, and 1 to 8 end marks up to the alignment. */
  static int frameBytes(int payloadBytes) {
    return Math.toIntExact((long) BYTES + payloadBytes + endMarks(payloadBytes));
  }

  static int endMarks(int payloadBytes) {
    return ALIGNMENT - payloadBytes % ALIGNMENT;
  }

  /**
   * Completes a record whose payload and end marks are in {@code buffer} already.
   *
   * @param start where in the buffer the record begins
   * @param sequence the segment's
   * @param offset where in the segment the record will begin
   * @param unsynced the bytes before it that are not known to be durable
   */
  void write(
      ByteBuffer buffer,
      int start,
      int payloadLength,
      FrameType frameType,
      boolean last,
      long sequence,
      long offset,
      long unsynced) {
    if (payloadLength > MAX_PAYLOAD_BYTES) {
      throw new IllegalArgumentException("a record of " + payloadLength + " bytes");
    }
    int bodyBytes = payloadLength + endMarks(payloadLength);
    buffer.putInt(start + PAYLOAD_CHECKSUM, checksum(buffer, start + BYTES, bodyBytes));
    buffer.putInt(start + PAYLOAD_BYTES, payloadLength);
    buffer.putInt(start + UNSYNCED_BYTES, Math.toIntExact(unsynced));
    buffer.putInt(start + RESERVED_INT, 0);
    buffer.putShort(start + RESERVED_SHORT, (short) 0);
    buffer.put(start + FLAGS, last ? LAST_OF_BATCH : 0);
    buffer.put(start + TYPE, frameType.code());
    buffer.putInt(start, headerChecksum(buffer, start, sequence, offset));
  }

  /** Reads the header at {@code start}; false when none is there that belongs to this place. */
  boolean read(ByteBuffer buffer, int start, long sequence, long offset) {
    type = FrameType.of(buffer.get(start + TYPE));
    if (type == null
        || buffer.getInt(start + RESERVED_INT) != 0
        || buffer.getShort(start + RESERVED_SHORT) != 0) {
      return false;
    }
    payloadBytes = buffer.getInt(start + PAYLOAD_BYTES);
    if (payloadBytes < 0 || payloadBytes > MAX_PAYLOAD_BYTES) {
      return false;
    }
    payloadChecksum = buffer.getInt(start + PAYLOAD_CHECKSUM);
    unsyncedBytes = Integer.toUnsignedLong(buffer.getInt(start + UNSYNCED_BYTES));
    lastOfBatch = (buffer.get(start + FLAGS) & LAST_OF_BATCH) != 0;
    return buffer.getInt(start) == headerChecksum(buffer, start, sequence, offset);
  }

  /** Whether payload and end marks, from {@code start} of the buffer on, are those written. */
  boolean payloadIsSound(ByteBuffer buffer, int start) {
    return payloadChecksum == checksum(buffer, start, payloadBytes + endMarks(payloadBytes));
  }

  private int headerChecksum(ByteBuffer buffer, int start, long sequence, long offset) {
    crc.reset();
    place.putLong(0, sequence).putLong(8, offset).clear();
    crc.update(place);
    update(buffer, start + PAYLOAD_CHECKSUM, BYTES - PAYLOAD_CHECKSUM);
    return (int) crc.getValue();
  }

  private int checksum(ByteBuffer buffer, int start, int count) {
    crc.reset();
    update(buffer, start, count);
    return (int) crc.getValue();
  }

  /** Leaves the buffer's position and limit as they were; no slice, no garbage. */
  private void update(ByteBuffer buffer, int start, int count) {
    int position = buffer.position();
    int limit = buffer.limit();
    buffer.limit(start + count).position(start);
    crc.update(buffer);
    buffer.limit(limit).position(position);
  }

  FrameType type() {
    return type;
  }

  int payloadBytes() {
    return payloadBytes;
  }

  int frameBytes() {
    return frameBytes(payloadBytes);
  }

  long unsyncedBytes() {
    return unsyncedBytes;
  }

  boolean lastOfBatch() {
    return lastOfBatch;
  }
}
