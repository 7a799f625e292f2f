package dev.understudy.admin.imports;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Makes files as etcd writes them. */
abstract class EtcdFilesFixture {
  static final int ENTRY = 2;
  static final int STATE = 3;
  static final int CRC = 4;

  static final String LOG = "member/wal/0000000000000000-0000000000000000.wal";

  @TempDir Path directory;

  final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private int crc;

  @BeforeEach
  void makeDirectories() throws IOException {
    Files.createDirectories(directory.resolve("member/snap"));
    Files.createDirectories(directory.resolve("member/wal"));
  }

  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  void record(int type, byte[] data) throws IOException {
    crc = type == CRC ? crc : Crc32c.of(crc, data);
    int sum = crc;
    byte[] record =
        message(
            out -> {
              out.writeInt64(1, type);
              out.writeUInt32(2, sum);
              if (data.length > 0) {
                out.writeByteArray(3, data);
              }
            });
    int padding = (8 - record.length % 8) % 8;
    long field = record.length | (padding == 0 ? 0 : (0x80L | padding) << 56);
    log.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(field).array());
    log.write(record);
    log.write(new byte[padding]);
  }

  void entry(long index, byte[] data) throws IOException {
    record(
        ENTRY,
        message(
            out -> {
              out.writeEnum(1, 0);
              out.writeUInt64(2, 1);
              out.writeUInt64(3, index);
              out.writeByteArray(4, data);
            }));
  }

  void commit(long index) throws IOException {
    record(STATE, message(out -> out.writeUInt64(3, index)));
  }

  static byte[] request(String method, String path, String value) throws IOException {
    return message(
        out -> {
          out.writeUInt64(1, 7);
          out.writeString(2, method);
          out.writeString(3, path);
          out.writeString(4, value);
          out.writeBool(5, false);
          out.writeString(6, "");
          out.writeUInt64(7, 0);
        });
  }

  void writeLog() throws IOException {
    Files.write(directory.resolve(LOG), log.toByteArray());
  }

  void writeSnapshot(long index, String store, int spoil) throws IOException {
    byte[] raft =
        message(
            out -> {
              out.writeByteArray(1, store.getBytes(StandardCharsets.UTF_8));
              out.writeByteArray(2, message(meta -> meta.writeUInt64(2, index)));
            });
    byte[] file =
        message(
            out -> {
              out.writeUInt32(1, Crc32c.of(0, raft) + spoil);
              out.writeByteArray(2, raft);
            });
    Files.write(
        directory.resolve("member/snap/0000000000000001-%016x.snap".formatted(index)), file);
  }

  EtcdBackup read() throws IOException, ImportException {
    return EtcdBackup.read(directory);
  }
}
