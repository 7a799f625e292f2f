package dev.understudy.statemachine;

import dev.understudy.statemachine.proto.SnapshotProto.Record;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The records of a snapshot, read one by one. */
final class SnapshotRecords implements Iterator<Record> {
  private final InputStream in;
  private Record next;

  /**
   * Reads the first record.
   *
   * @throws UncheckedIOException if the stream fails, as all methods that read on
   */
  SnapshotRecords(InputStream in) {
    this.in = in;
    advance();
  }

  private void advance() {
    try {
      next = Record.parseDelimitedFrom(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
