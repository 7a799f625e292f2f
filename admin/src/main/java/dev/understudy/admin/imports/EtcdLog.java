package dev.understudy.admin.imports;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The entries in etcd's log ({@code wal}): records with their lengths before them, padded to eight
 * bytes, each with the checksum of all data from the beginning of the log up to its own. It is read
 * record by record, and no more is kept than entries that others may still take the place of.
 */
final class EtcdLog {
  private static final int ENTRY = 2;
  private static final int STATE = 3;
  private static final int CRC = 4;

  private static final long LENGTH_MASK = 0x00ff_ffff_ffff_ffffL;
  private static final int LENGTH_BYTES = Long.BYTES;

  /** Far more than a request may have: what says so is damaged. */
  private static final long MAX_RECORD_BYTES = 1 << 30;

  private static final int BUFFER_BYTES = 1 << 16;

  private final Sink sink;
  private final Deque<Entry> open = new ArrayDeque<>();
  private long done;
  private long commit;
  private int crc;

  private EtcdLog(long applied, Sink sink) {
    this.done = applied;
    this.sink = sink;
  }

  /**
   * An entry.
   *
   * @param type 0 for what clients ask for; 1 and 2 for changes of the membership
   */
  record Entry(long index, int type, byte[] data) {}

  /** Takes entries in their order, each once. */
  @FunctionalInterface
  interface Sink {
    void take(Entry entry) throws ImportException;
  }

  private record Piece(int type, int crc, byte[] data) {}

  /**
   * Reads the entries behind a snapshot. The last ones may have been acknowledged though the member
   * had not written down yet that they were committed, so none is left out.
   *
   * @param files of the log, oldest first
   * @param applied the last entry that is in the snapshot
   * @return how many of them the member had not written down as committed
   * @throws ImportException if a record is damaged, or entries are missing
   */
  static long read(List<Path> files, long applied, Sink sink) throws IOException, ImportException {
    EtcdLog log = new EtcdLog(applied, sink);
    for (Path file : files) {
      boolean last = file.equals(files.get(files.size() - 1));
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
        log.read(file, new DataInputStream(in), Files.size(file), last);
      }
    }
    int uncommitted = log.open.size();
    log.handOut(Long.MAX_VALUE);
    return uncommitted;
  }

  private void read(Path file, DataInputStream in, long size, boolean last)
      throws IOException, ImportException {
    long at = 0;
    while (size - at >= LENGTH_BYTES) {
      long field = Long.reverseBytes(in.readLong());
      if (field == 0) {
        return; // what was made ready for records that never came
      }
      long length = field & LENGTH_MASK;
      int padding = field < 0 ? (int) (field >>> 56) & 7 : 0;
      if (length + padding > size - at - LENGTH_BYTES) {
        if (last) {
          return; // a power cut in the middle of a record that nobody was told of
        }
        throw damaged(file, at, "a record beyond the end");
      }
      if (length > MAX_RECORD_BYTES) {
        throw damaged(file, at, "a record of %,d bytes".formatted(length));
      }
      byte[] record = in.readNBytes((int) length);
      in.skipNBytes(padding);
      try {
        take(piece(record));
      } catch (IOException e) {
        if (last && isZero(in)) {
          return; // the same in a file whose room was made before
        }
        throw damaged(file, at, e.getMessage());
      }
      at += LENGTH_BYTES + length + padding;
    }
  }

  private static ImportException damaged(Path file, long at, String what) {
    return new ImportException(file + " at offset " + at + ": " + what);
  }

  private static boolean isZero(InputStream rest) throws IOException {
    for (int next = rest.read(); next >= 0; next = rest.read()) {
      if (next != 0) {
        return false;
      }
    }
    return true;
  }

  private static Piece piece(byte[] record) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(record);
    int type = 0;
    int crc = 0;
    byte[] data = new byte[0];
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = (int) in.readInt64();
        case 2 -> crc = in.readUInt32();
        case 3 -> data = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    return new Piece(type, crc, data);
  }

  private void take(Piece piece) throws IOException, ImportException {
    if (piece.type() == CRC) {
      crc = piece.crc(); // at the beginning of a file: that of the files before
      return;
    }
    crc = Crc32c.of(crc, piece.data());
    if (crc != piece.crc()) {
      throw new IOException("a record whose checksum does not match");
    }
    if (piece.type() == ENTRY) {
      add(entry(piece.data()));
    } else if (piece.type() == STATE) {
      commit = commitOf(piece.data());
    }
    handOut(commit);
  }

  /** An entry takes the place of what stood there and of all behind it; of a committed one none. */
  private void add(Entry entry) throws IOException {
    if (entry.index() <= done) {
      return;
    }
    while (!open.isEmpty() && open.getLast().index() >= entry.index()) {
      open.removeLast();
    }
    long next = open.isEmpty() ? done + 1 : open.getLast().index() + 1;
    if (entry.index() > next) {
      throw new IOException("entries " + next + " to " + (entry.index() - 1) + " are missing");
    }
    open.addLast(entry);
  }

  private void handOut(long upTo) throws ImportException {
    while (!open.isEmpty() && open.getFirst().index() <= upTo) {
      Entry entry = open.removeFirst();
      done = entry.index();
      sink.take(entry);
    }
  }

  private static Entry entry(byte[] bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    int type = 0;
    long index = 0;
    byte[] data = new byte[0];
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = in.readEnum();
        case 3 -> index = in.readUInt64();
        case 4 -> data = in.readByteArray();
        default -> in.skipField(tag);
      }
    }
    return new Entry(index, type, data);
  }

  private static long commitOf(byte[] bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    long commit = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 3) {
        commit = in.readUInt64();
      } else {
        in.skipField(tag);
      }
    }
    return commit;
  }
}
