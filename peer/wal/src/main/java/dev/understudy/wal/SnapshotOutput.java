package dev.understudy.wal;

import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes a snapshot, to a file or a stream, chunk by chunk; the package's page has the layout. */
final class SnapshotOutput extends OutputStream {
  /** The format that this program writes and the newest that it reads. */
  static final int FORMAT_VERSION = 1;

  /** Length and checksum of a chunk. */
  static final int CHUNK_HEADER_BYTES = 8;

  /** What a chunk holds, but for the last ones. */
  static final int CHUNK_BYTES = 1 << 16;

  /**
   * So much is written between two syncs. One sync at the end would push hundreds of megabytes to
   * the disk at once, and the log's own syncs would wait behind them.
   */
  private static final long SYNC_INTERVAL_BYTES = 4L << 20;

  /** Where a snapshot's bytes go, one behind the other. */
  interface Target {
    void write(ByteBuffer bytes, long position) throws IOException;

    /** Returns once everything written is safe, where that means something. */
    void force() throws IOException;

    static Target of(WritableFile file) {
      return new Target() {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
          file.write(bytes, position);
        }

        @Override
        public void force() throws IOException {
          file.force();
        }
      };
    }

    static Target of(OutputStream out) {
      return new Target() {
        @Override
        public void write(ByteBuffer bytes, long position) throws IOException {
          out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
          bytes.position(bytes.limit());
        }

        @Override
        public void force() throws IOException {
          out.flush();
        }
      };
    }
  }

  private final Target target;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_HEADER_BYTES + CHUNK_BYTES);
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer place = ByteBuffer.allocate(12);
  private long position;
  private long syncedEnd;

  SnapshotOutput(Target target, SnapshotMetadata metadata) throws IOException {
    this.target = target;
    chunk.position(CHUNK_HEADER_BYTES);
    LogProto.SnapshotHeader header =
        LogProto.SnapshotHeader.newBuilder()
            .setFormatVersion(FORMAT_VERSION)
            .setMetadata(LogCodec.toProto(metadata))
            .build();
    writeChunk(ByteBuffer.wrap(header.toByteArray()));
  }

  /** The checksum of a chunk at {@code position}: it is valid nowhere else. */
  static int checksum(CRC32C crc, ByteBuffer place, long position, ByteBuffer payload) {
    crc.reset();
    place.clear();
    place.putLong(position).putInt(payload.remaining()).flip();
    crc.update(place);
    crc.update(payload);
    return (int) crc.getValue();
  }

  @Override
  public void write(int value) throws IOException {
    if (!chunk.hasRemaining()) {
      writeChunk();
    }
    chunk.put((byte) value);
  }

  @Override
  public void write(byte[] source, int from, int count) throws IOException {
    int at = from;
    while (at < from + count) {
      if (!chunk.hasRemaining()) {
        writeChunk();
      }
      int part = Math.min(chunk.remaining(), from + count - at);
      chunk.put(source, at, part);
      at += part;
    }
  }

  /** Completes the file and syncs it. */
  void finish() throws IOException {
    if (chunk.position() > CHUNK_HEADER_BYTES) {
      writeChunk();
    }
    writeChunk();
    target.force();
  }

  private void writeChunk(ByteBuffer payload) throws IOException {
    ByteBuffer whole = ByteBuffer.allocate(CHUNK_HEADER_BYTES + payload.remaining());
    whole.putInt(payload.remaining());
    whole.putInt(checksum(crc, place, position, payload.duplicate()));
    whole.put(payload).flip();
    put(whole);
  }

  private void writeChunk() throws IOException {
    chunk.flip();
    int bytes = chunk.limit() - CHUNK_HEADER_BYTES;
    chunk.position(CHUNK_HEADER_BYTES);
    int sum = checksum(crc, place, position, chunk);
    chunk.putInt(0, bytes).putInt(4, sum).position(0);
    put(chunk);
    chunk.clear().position(CHUNK_HEADER_BYTES);
    if (position - syncedEnd >= SYNC_INTERVAL_BYTES) {
      target.force();
      syncedEnd = position;
    }
  }

  private void put(ByteBuffer bytes) throws IOException {
    int count = bytes.remaining();
    target.write(bytes, position);
    position += count;
  }
}
