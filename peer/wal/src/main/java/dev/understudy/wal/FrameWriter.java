package dev.understudy.wal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Lays records out, one behind the other, in one buffer that is used again and again, so that many
 * go to the disk with one write. Knows nothing of files.
 */
final class FrameWriter {
  private final FrameHeader header = new FrameHeader();
  private final int usualBytes;
  private ByteBuffer buffer;

  FrameWriter(int bufferBytes) {
    this.usualBytes = bufferBytes;
    this.buffer = ByteBuffer.allocateDirect(bufferBytes);
  }

  /** The bytes that the entry's record takes. */
  static int entryBytes(Entry entry) {
    return FrameHeader.frameBytes(
        entry.payload() instanceof Payload.Normal normal
            ? LogCodec.normalBytes(entry, normal.data())
            : LogCodec.toProto(entry).getSerializedSize());
  }

  /** The bytes that the hard state's record takes. */
  static int hardStateBytes(HardState state) {
    return FrameHeader.frameBytes(LogCodec.hardStateBytes(state));
  }

  /** The bytes that a record of this message takes. */
  static int messageBytes(MessageLite message) {
    return FrameHeader.frameBytes(message.getSerializedSize());
  }

  /** The bytes laid out since the last {@link #clear}. */
  int pendingBytes() {
    return buffer.position();
  }

  /** Whether a record of that size still fits. */
  boolean fits(int frameBytes) {
    return frameBytes <= buffer.remaining();
  }

  /** Makes room for one record that is larger than the whole buffer; the buffer must be empty. */
  void enlarge(int frameBytes) {
    if (frameBytes > buffer.capacity()) {
      buffer = ByteBuffer.allocateDirect(frameBytes);
    }
  }

  /** All that is laid out, ready to be written; {@link #clear} must follow. */
  ByteBuffer contents() {
    return buffer.flip();
  }

  /** Forgets what is laid out, and a buffer that was larger than usual. */
  void clear() {
    if (buffer.capacity() > usualBytes) {
      buffer = ByteBuffer.allocateDirect(usualBytes);
    }
    buffer.clear();
  }

  /** Adds an entry; see {@link FrameHeader#write} for the numbers. */
  void add(Entry entry, boolean last, long sequence, long offset, long unsynced)
      throws IOException {
    if (entry.payload() instanceof Payload.Normal normal) {
      int start = begin();
      LogCodec.encodeNormal(entry, normal.data(), buffer);
      end(start, FrameType.ENTRY, last, sequence, offset, unsynced);
    } else {
      add(FrameType.ENTRY, LogCodec.toProto(entry), last, sequence, offset, unsynced);
    }
  }

  /** Adds a hard state; see {@link FrameHeader#write} for the numbers. */
  void add(HardState state, boolean last, long sequence, long offset, long unsynced) {
    int start = begin();
    LogCodec.encodeHardState(state, buffer);
    end(start, FrameType.HARD_STATE, last, sequence, offset, unsynced);
  }

  /** Adds a message; see {@link FrameHeader#write} for the numbers. */
  void add(
      FrameType type, MessageLite message, boolean last, long sequence, long offset, long unsynced)
      throws IOException {
    int start = begin();
    int bytes = message.getSerializedSize();
    CodedOutputStream out = CodedOutputStream.newInstance(buffer.slice(buffer.position(), bytes));
    message.writeTo(out);
    out.flush();
    buffer.position(buffer.position() + bytes);
    end(start, type, last, sequence, offset, unsynced);
  }

  private int begin() {
    int start = buffer.position();
    buffer.position(start + FrameHeader.BYTES);
    return start;
  }

  private void end(
      int start, FrameType type, boolean last, long sequence, long offset, long unsynced) {
    int payloadBytes = buffer.position() - start - FrameHeader.BYTES;
    for (int i = FrameHeader.endMarks(payloadBytes); i > 0; i--) {
      buffer.put(FrameHeader.END_MARK);
    }
    header.write(buffer, start, payloadBytes, type, last, sequence, offset, unsynced);
  }
}
