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

  /** One for all records: each of its own would cost more than what it reads. */
  private final CodedInputStream in;

  private Record next;

  /**
   * Reads the first record.
   *
   * @param in read to its end, in blocks; closed by its owner
   * @throws UncheckedIOException if the stream fails, as all methods that read on
   */
  SnapshotRecords(InputStream in) {
    this.in = CodedInputStream.newInstance(in, BUFFER_BYTES);
    advance();
  }

  private void advance() {
    try {
      next = in.isAtEnd() ? null : read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Record read() throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    Record record = Record.parser().parseFrom(in);
    in.checkLastTagWas(0);
    in.popLimit(outer);
    in.resetSizeCounter();
    return record;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  /** The next record, which stays the next one. */
  Record peek() {
    if (next == null) {
      throw new NoSuchElementException("the snapshot ends early");
    }
    return next;
  }

  @Override
  public Record next() {
    Record record = peek();
    advance();
    return record;
  }
}
