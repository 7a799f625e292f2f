package dev.understudy.statemachine;

import com.google.protobuf.CodedInputStream;
import dev.understudy.statemachine.proto.SnapshotProto.Record;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The records of a snapshot, read one by one. */
final class SnapshotRecords implements Iterator<Record> {
  private static final int BUFFER_BYTES = 1 << 16;

  /** Has a buffer, so there is one for the stream; a record of it is decoded from an array. */
  private final CodedInputStream in;

  private byte[] bytes;
  private Record decoded;

  /**
   * Reads the first record.
   *
   * @param in read to its end, in blocks; closed by its owner
   * @throws UncheckedIOException if the stream fails or holds no records, as all methods that read
   *     on or decode
   */
  SnapshotRecords(InputStream in) {
    this.in = CodedInputStream.newInstance(in, BUFFER_BYTES);
    advance();
  }

  private void advance() {
    decoded = null;
    try {
      bytes = in.isAtEnd() ? null : in.readRawBytes(in.readRawVarint32());
      in.resetSizeCounter();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    return bytes != null;
  }

  /** The next record, which stays the next one. */
  Record peek() {
    if (decoded == null) {
      try {
        decoded = Record.parseFrom(present());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return decoded;
  }

  private byte[] present() {
    if (bytes == null) {
      throw new NoSuchElementException("the snapshot ends early");
    }
    return bytes;
  }

  @Override
  public Record next() {
    Record record = peek();
    advance();
    return record;
  }

  /**
   * The next record, by a decoder of its own: nearly all records are nodes, and to make a message
   * of each takes twice as long. It stays the next one where that decoder returns null.
   */
  <T> T next(Decoder<T> decoder) {
    try {
      T record = decoder.decode(present());
      if (record != null) {
        advance();
      }
      return record;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes something of a record, or null if it is not for it. */
  interface Decoder<T> {
    T decode(byte[] record) throws IOException;
  }
}
