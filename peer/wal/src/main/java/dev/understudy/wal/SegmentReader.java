package dev.understudy.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the records of one segment, one behind the other, and classifies what it finds where there
 * is no sound record. Changes nothing.
 */
final class SegmentReader implements Closeable {
  private static final int WINDOW_BYTES = 1 << 20;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(WINDOW_BYTES).asReadOnlyBuffer();

  /** What a disk writes whole or not at all, at the least. */
  private static final int SECTOR_BYTES = 512;

  private final ReadableFile file;
  private final long sequence;
  private final long fileBytes;
  private final FrameHeader header = new FrameHeader();
  private ByteBuffer window;
  private long windowStart;
  private int windowBytes;

  SegmentReader(ReadableFile file, long sequence) throws IOException {
    this.file = file;
    this.sequence = sequence;
    this.fileBytes = file.size();
    this.window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, fileBytes + SECTOR_BYTES));
  }

  long fileBytes() {
    return fileBytes;
  }

  /** The record at {@code offset} when it is sound: then {@link #header} and payload are its. */
  boolean readFrame(long offset) throws IOException {
    if (!readHeader(offset) || header.frameBytes() > fileBytes - offset) {
      return false;
    }
    int start = load(offset, header.frameBytes());
    return header.payloadIsSound(window, start + FrameHeader.BYTES);
  }

  private boolean readHeader(long offset) throws IOException {
    int start = load(offset, FrameHeader.BYTES);
    return header.read(window, start, sequence, offset);
  }

  /** The header last read. */
  FrameHeader header() {
    return header;
  }

  /** The payload of the record at {@code offset}, just read; valid until the next call. */
  ByteBuffer payload(long offset) throws IOException {
    int start = load(offset, header.frameBytes());
    return window.slice(start + FrameHeader.BYTES, header.payloadBytes());
  }

  /** Whether nothing was ever written from {@code offset} to the file's end. */
  boolean isBlankFrom(long offset) throws IOException {
    return isBlank(offset, fileBytes);
  }

  /**
   * Why the damage at {@code offset} cannot be a write that a crash interrupted; null when it can.
   *
   * <p>A record written later says how far the log was durable by then: where that is beyond the
   * damage, these bytes had been synced. Without such a witness the damage itself must have the
   * shape of a torn write: since segments are zeros before they are written, whatever a tear left
   * out is zero, either up to the record's end or for a whole sector.
   */
  String whyNotTorn(long offset) throws IOException {
    long witness = findWitness(offset);
    if (witness >= 0) {
      return "damaged record; the record at offset " + witness + " proves that it was durable";
    }
    return hasShapeOfTornWrite(offset) ? null : "damaged record; no crash leaves one like this";
  }

  private long findWitness(long damaged) throws IOException {
    for (long at = damaged + 8; at + FrameHeader.BYTES <= fileBytes; at += 8) {
      if (readHeader(at) && at - header.unsyncedBytes() > damaged) {
        return at;
      }
    }
    return -1;
  }

  private boolean hasShapeOfTornWrite(long offset) throws IOException {
    if (readHeader(offset)) {
      long end = offset + header.frameBytes();
      return isBlank(end - 1, end) || hasBlankSector(offset + FrameHeader.BYTES, end);
    }
    long headerEnd = offset + FrameHeader.BYTES;
    return isBlank(offset, sectorEnd(offset)) || isBlank(headerEnd - 1, sectorEnd(headerEnd - 1));
  }

  private boolean hasBlankSector(long from, long to) throws IOException {
    for (long at = sectorEnd(from - 1); at + SECTOR_BYTES <= to; at += SECTOR_BYTES) {
      if (isBlank(at, at + SECTOR_BYTES)) {
        return true;
      }
    }
    return false;
  }

  private static long sectorEnd(long offset) {
    return (offset / SECTOR_BYTES + 1) * SECTOR_BYTES;
  }

  private boolean isBlank(long from, long to) throws IOException {
    long at = from;
    while (at < to) {
      int count = (int) Math.min(to - at, WINDOW_BYTES);
      int start = load(at, count);
      if (window.slice(start, count).mismatch(ZEROS.slice(0, count)) >= 0) {
        return false;
      }
      at += count;
    }
    return true;
  }

  /**
   * Brings {@code count} bytes from {@code offset} on into the window and returns their place
   * there. What lies beyond the file's end reads as zeros: a tear may have kept the file from
   * growing.
   */
  private int load(long offset, int count) throws IOException {
    if (offset < windowStart || offset + count > windowStart + windowBytes) {
      if (count > window.capacity()) {
        window = ByteBuffer.allocate(count);
      }
      fill(offset);
    }
    return (int) (offset - windowStart);
  }

  private void fill(long offset) throws IOException {
    window.clear();
    windowStart = offset;
    windowBytes = window.capacity();
    long at = offset;
    while (window.hasRemaining() && file.read(window, at) > 0) {
      at = offset + window.position();
    }
    while (window.hasRemaining()) {
      window.put((byte) 0);
    }
    window.clear();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
