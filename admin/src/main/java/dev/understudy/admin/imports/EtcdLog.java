package dev.understudy.admin.imports;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries in etcd's log ({@code wal}): records with their lengths before them, padded to eight
 * bytes, each with the checksum of all data from the beginning of the log up to its own.
 */
final class EtcdLog {
  private static final int ENTRY = 2;
  private static final int STATE = 3;
  private static final int CRC = 4;

  private static final long LENGTH_MASK = 0x00ff_ffff_ffff_ffffL;
  private static final int LENGTH_BYTES = Long.BYTES;

  private final long applied;
  private final List<Entry> entries = new ArrayList<>();
  private long commit;
  private int crc;

  private EtcdLog(long applied) {
    this.applied = applied;
  }

  /**
   * An entry.
   *
   * @param type 0 for what clients ask for; 1 and 2 for changes of the membership
   */
  record Entry(long index, int type, byte[] data) {}

  private record Piece(int type, int crc, byte[] data) {}

  /**
   * Reads the entries behind a snapshot.
   *
   * @param files of the log, oldest first
   * @param applied the last entry that is in the snapshot
   * @throws ImportException if a record is damaged, or entries are missing
   */
  static EtcdLog read(List<Path> files, long applied) throws IOException, ImportException {
    EtcdLog log = new EtcdLog(applied);
    for (Path file : files) {
      boolean last = file.equals(files.get(files.size() - 1));
      log.read(
          file, ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN), last);
    }
    return log;
  }

  /**
   * Those behind the snapshot, in their order. The last ones may have been acknowledged though the
   * member had not written down yet that they were committed, so none is left out.
   */
  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** How many of them the member had not written down as committed. */
  long uncommitted() {
    return entries.stream().filter(entry -> entry.index() > commit).count();
  }

  private void read(Path file, ByteBuffer bytes, boolean last) throws ImportException {
    while (bytes.remaining() >= LENGTH_BYTES) {
      int at = bytes.position();
      long field = bytes.getLong();
      if (field == 0) {
        return; // what was made ready for records that never came
      }
      long length = field & LENGTH_MASK;
      int padding = field < 0 ? (int) (field >>> 56) & 7 : 0;
      if (length + padding > bytes.remaining()) {
        if (last) {
          return; // a power cut in the middle of a record that nobody was told of
        }
        throw new ImportException(file + " at offset " + at + ": a record beyond the end");
      }
      byte[] record = new byte[(int) length];
      bytes.get(record);
      bytes.position(bytes.position() + padding);
      try {
        take(piece(record));
      } catch (IOException e) {
        if (last && isZero(bytes)) {
          return; // the same in a file whose room was made before
        }
        throw new ImportException(file + " at offset " + at + ": " + e.getMessage());
      }
    }
  }

  private static boolean isZero(ByteBuffer rest) {
    while (rest.hasRemaining()) {
      if (rest.get() != 0) {
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

  private void take(Piece piece) throws IOException {
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
  }

  /** An entry takes the place of what stood there and of all behind it. */
  private void add(Entry entry) throws IOException {
    if (entry.index() <= applied) {
      return;
    }
    long next = applied + 1 + entries.size();
    if (entry.index() > next) {
      throw new IOException("entries " + next + " to " + (entry.index() - 1) + " are missing");
    }
    entries.subList((int) (entry.index() - applied - 1), entries.size()).clear();
    entries.add(entry);
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
