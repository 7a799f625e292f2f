package dev.understudy.wal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the state out of a snapshot's bytes. A chunk is checked before any of it is returned; the
 * bytes are read up to the closing chunk and not beyond.
 */
public final class SnapshotInput extends InputStream {
  /** Far above what is written; a length beyond it is damage. */
  private static final int MAX_CHUNK_BYTES = 1 << 24;

  /** What comes in chunks of the usual length needs no memory for each of them. */
  private final byte[] usual = new byte[SnapshotOutput.CHUNK_BYTES];

  private final String name;
  private final InputStream raw;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer place = ByteBuffer.allocate(12);
  private final SnapshotMetadata metadata;
  private ByteBuffer chunk;
  private long position;
  private boolean ended;

  /**
   * Reads and checks the header.
   *
   * @param name for messages
   * @param raw what {@link SnapshotStore#openRaw} or {@link SnapshotStore#export} gave, best
   *     buffered
   * @throws WalCorruptedException here and while reading, where the bytes are not those written
   * @throws NewerFormatException when a newer program wrote them
   */
  public SnapshotInput(String name, InputStream raw) throws IOException {
    this.name = name;
    this.raw = raw;
    this.metadata = readHeader();
    this.chunk = ByteBuffer.allocate(0);
  }

  private SnapshotMetadata readHeader() throws IOException {
    ByteBuffer payload = readChunk();
    try {
      LogProto.SnapshotHeader header = LogProto.SnapshotHeader.parseFrom(payload);
      if (header.getFormatVersion() > SnapshotOutput.FORMAT_VERSION) {
        throw new NewerFormatException(
            name, header.getFormatVersion(), SnapshotOutput.FORMAT_VERSION);
      }
      return LogCodec.fromProto(header.getMetadata());
    } catch (InvalidProtocolBufferException e) {
      throw new WalCorruptedException(name, 0, e.getMessage());
    }
  }

  /** The index, the term and the members that the snapshot represents. */
  public SnapshotMetadata metadata() {
    return metadata;
  }

  /** The payload, until the next one is read. */
  private ByteBuffer readChunk() throws IOException {
    ByteBuffer header = readExactly(SnapshotOutput.CHUNK_HEADER_BYTES);
    int bytes = header.getInt();
    int sum = header.getInt();
    if (bytes < 0 || bytes > MAX_CHUNK_BYTES) {
      throw new WalCorruptedException(name, position, "the chunk's length is damaged");
    }
    ByteBuffer payload = readExactly(bytes);
    if (sum != SnapshotOutput.checksum(crc, place, position, payload.duplicate())) {
      throw new WalCorruptedException(name, position, "the chunk is damaged");
    }
    position += SnapshotOutput.CHUNK_HEADER_BYTES + bytes;
    return payload;
  }

  /** Takes memory beyond the usual only for what has arrived. */
  private ByteBuffer readExactly(int count) throws IOException {
    ByteBuffer read =
        count <= usual.length
            ? ByteBuffer.wrap(usual, 0, raw.readNBytes(usual, 0, count))
            : ByteBuffer.wrap(raw.readNBytes(count));
    if (read.remaining() < count) {
      throw new WalCorruptedException(name, position, "the snapshot ends in the middle of a chunk");
    }
    return read;
  }

  private boolean advance() throws IOException {
    if (!chunk.hasRemaining() && !ended) {
      chunk = readChunk();
      ended = !chunk.hasRemaining();
    }
    return !ended;
  }

  @Override
  public int read() throws IOException {
    return advance() ? chunk.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int from, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (!advance()) {
      return -1;
    }
    int part = Math.min(count, chunk.remaining());
    chunk.get(target, from, part);
    return part;
  }

  /** Reads the rest, so that all of it has been checked, and that nothing follows it. */
  public void verifyToTheEnd() throws IOException {
    while (advance()) {
      chunk.position(chunk.limit());
    }
    if (raw.read() >= 0) {
      throw new WalCorruptedException(name, position, "something follows the snapshot's end");
    }
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}
