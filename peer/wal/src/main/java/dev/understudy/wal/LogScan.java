package dev.understudy.wal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.wal.proto.LogProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a whole log, checks every record, and hands the records to a visitor. Changes nothing, so
 * that it also serves to inspect a log.
 */
final class LogScan {
  /** Receives what the log holds, in its order. */
  interface Visitor {
    /** A segment begins. */
    void segment(SegmentHeader header) throws IOException;

    /**
     * A record.
     *
     * @param payload valid during the call
     * @param lastOfBatch records since the previous one with this flag count together or not at all
     */
    void record(String file, long offset, FrameType type, ByteBuffer payload, boolean lastOfBatch)
        throws IOException;
  }

  /**
   * Where the log ends.
   *
   * @param segments the headers of all segments, in order; empty when there is no log
   * @param headerEnd where the last segment's header ends, in bytes
   * @param provenEnd up to here, in bytes, its own records say that it was durable when they were
   *     written
   * @param end where its last whole batch ends
   * @param torn whether bytes follow that were left by a crash in the middle of a write
   * @param sealed whether the segment before the last says that the last one exists; true when it
   *     is the only one
   */
  record End(
      List<SegmentHeader> segments,
      long headerEnd,
      long provenEnd,
      long end,
      boolean torn,
      boolean sealed) {
    SegmentHeader last() {
      return segments.get(segments.size() - 1);
    }
  }

  private final Directory directory;
  private final Visitor visitor;

  LogScan(Directory directory, Visitor visitor) {
    this.directory = directory;
    this.visitor = visitor;
  }

  /** The names of the segments, in order; without opening any. */
  static List<SegmentName> names(Directory directory) throws IOException {
    List<SegmentName> names = new ArrayList<>();
    for (String file : directory.list()) {
      if (file.endsWith(SegmentName.SUFFIX)) {
        names.add(
            SegmentName.parse(file)
                .orElseThrow(
                    () -> new WalCorruptedException(file, 0, "not the name of a segment")));
      }
    }
    names.sort(null);
    return names;
  }

  /**
   * Reads everything.
   *
   * @throws WalCorruptedException where the log is not as it was written and no crash explains it
   */
  End run() throws IOException {
    List<SegmentName> names = names(directory);
    checkNoneMissing(names);
    List<SegmentHeader> headers = new ArrayList<>();
    for (SegmentName name : names) {
      headers.add(readHeader(name));
    }
    checkSameIdentity(headers);
    boolean sealed = true;
    for (int i = 0; i + 1 < headers.size(); i++) {
      sealed = scanFinished(headers.get(i), headers.get(i + 1).previousEnd());
    }
    return headers.isEmpty() ? new End(List.of(), 0, 0, 0, false, true) : scanLast(headers, sealed);
  }

  private static void checkNoneMissing(List<SegmentName> names) throws WalCorruptedException {
    for (int i = 1; i < names.size(); i++) {
      long expected = names.get(i - 1).sequence() + 1;
      if (names.get(i).sequence() != expected) {
        throw missing(expected, names.get(i).file() + " is there");
      }
    }
  }

  private static WalCorruptedException missing(long sequence, String evidence) {
    return new WalCorruptedException(
        String.format("%016x-*%s", sequence, SegmentName.SUFFIX),
        0,
        "the segment is missing, though " + evidence);
  }

  private SegmentHeader readHeader(SegmentName name) throws IOException {
    try (SegmentReader reader = open(name)) {
      if (!reader.readFrame(0) || reader.header().type() != FrameType.HEADER) {
        throw new WalCorruptedException(name.file(), 0, "the segment's header is damaged");
      }
      LogProto.SegmentHeader message = LogProto.SegmentHeader.parseFrom(reader.payload(0));
      if (message.getFormatVersion() > SegmentHeader.FORMAT_VERSION) {
        throw new NewerFormatException(
            name.file(), message.getFormatVersion(), SegmentHeader.FORMAT_VERSION);
      }
      SegmentHeader header = SegmentHeader.fromProto(message);
      if (!header.name().equals(name)) {
        throw new WalCorruptedException(
            name.file(), 0, "the header says that this is " + header.name().file());
      }
      return header;
    } catch (InvalidProtocolBufferException e) {
      throw new WalCorruptedException(name.file(), 0, e.getMessage());
    }
  }

  private static void checkSameIdentity(List<SegmentHeader> headers) throws WalCorruptedException {
    for (SegmentHeader header : headers) {
      if (!header.identity().equals(headers.get(0).identity())) {
        throw new WalCorruptedException(
            header.name().file(),
            0,
            "belongs to " + header.identity() + ", the others to " + headers.get(0).identity());
      }
    }
  }

  private SegmentReader open(SegmentName name) throws IOException {
    return new SegmentReader(directory.openForReading(name.file()), name.sequence());
  }

  /**
   * A segment that has a successor was synced up to its end before that one was made.
   *
   * @return whether it was sealed, too
   */
  private boolean scanFinished(SegmentHeader header, long end) throws IOException {
    String file = header.name().file();
    visitor.segment(header);
    try (SegmentReader reader = open(header.name())) {
      long offset = headerEnd(reader);
      boolean batchIsWhole = true;
      while (offset < end) {
        if (!reader.readFrame(offset)) {
          throw new WalCorruptedException(file, offset, "damaged record; later segments exist");
        }
        batchIsWhole = reader.header().lastOfBatch();
        offset = visit(reader, file, offset);
      }
      if (offset != end || !batchIsWhole) {
        throw new WalCorruptedException(
            file, offset, "the next segment says that this one ends at offset " + end);
      }
      return reader.readFrame(end) && reader.header().type() == FrameType.SEAL;
    }
  }

  private End scanLast(List<SegmentHeader> headers, boolean sealed) throws IOException {
    SegmentHeader header = headers.get(headers.size() - 1);
    String file = header.name().file();
    visitor.segment(header);
    try (SegmentReader reader = open(header.name())) {
      long headerEnd = headerEnd(reader);
      long offset = headerEnd;
      long batchEnd = offset;
      long provenEnd = offset;
      while (reader.readFrame(offset)) {
        if (reader.header().type() == FrameType.SEAL) {
          throw missing(header.name().sequence() + 1, file + " says that it follows");
        }
        boolean last = reader.header().lastOfBatch();
        provenEnd = Math.max(provenEnd, offset - reader.header().unsyncedBytes());
        offset = visit(reader, file, offset);
        batchEnd = last ? offset : batchEnd;
      }
      boolean blank = reader.isBlankFrom(offset);
      String damage = blank ? null : reader.whyNotTorn(offset);
      if (damage != null) {
        throw new WalCorruptedException(file, offset, damage);
      }
      return new End(
          List.copyOf(headers),
          headerEnd,
          Math.min(provenEnd, batchEnd),
          batchEnd,
          !blank || batchEnd < offset,
          sealed);
    }
  }

  private static long headerEnd(SegmentReader reader) throws IOException {
    reader.readFrame(0);
    return reader.header().frameBytes();
  }

  private long visit(SegmentReader reader, String file, long offset) throws IOException {
    FrameHeader header = reader.header();
    long next = offset + header.frameBytes();
    try {
      visitor.record(file, offset, header.type(), reader.payload(offset), header.lastOfBatch());
    } catch (InvalidProtocolBufferException e) {
      throw new WalCorruptedException(file, offset, e.getMessage());
    }
    return next;
  }
}
