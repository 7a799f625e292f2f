package dev.understudy.wal;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What lies in a data directory, or comes from another peer for one, altered by somebody. */
class DiskFuzzTest {
  private static final SnapshotMetadata TAKEN = Logs.snapshot(1, 5);

  @Test
  void aLogIsReadOrDamaged() throws IOException {
    MemoryDisk disk = new MemoryDisk("disk");
    try (Directory directory = disk.mount();
        Wal wal = Logs.create(directory)) {
      wal.append(WalBatch.of(Logs.entries(1, 1, 7, 30), Logs.hardState(1, 2, 6)), () -> {});
      wal.turn();
    }
    String segment = disk.files().get(0);
    byte[] log = disk.contents(segment);
    new Fuzz(DiskFuzzTest.class, "log", IOException.class)
        .seed(shortened(log))
        .run(
            input -> {
              MemoryDisk altered = new MemoryDisk("altered");
              try (Directory directory = altered.mount()) {
                try (WritableFile file = directory.create(segment)) {
                  file.write(ByteBuffer.wrap(input), 0);
                }
                WalInspection.read(directory, record -> {});
              }
            });
  }

  /** Without the room behind it that is laid out in advance. */
  private static byte[] shortened(byte[] log) {
    int end = log.length;
    while (end > 0 && log[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(log, end);
  }

  /** What a record holds when its checksum is right, as somebody could make it. */
  @Test
  void whatARecordHoldsIsReadOrMalformed() throws IOException {
    Fuzz fuzz = new Fuzz(DiskFuzzTest.class, "record", IOException.class);
    Logs.entries(1, 1, 3, 30).forEach(entry -> fuzz.seed(LogCodec.toProto(entry).toByteArray()));
    fuzz.seed(LogCodec.toProto(TAKEN).toByteArray());
    fuzz.run(
        input -> {
          for (Parser parser : Parser.ALL) {
            try {
              parser.parse(input);
            } catch (IOException malformed) {
              // The others get their turn.
            }
          }
        });
  }

  /** Of one kind of record. */
  private interface Parser {
    void parse(byte[] payload) throws IOException;

    Parser[] ALL = {
      payload -> LogCodec.fromProto(LogProto.Entry.parseFrom(payload)),
      payload -> LogCodec.fromProto(LogProto.SnapshotMetadata.parseFrom(payload)),
      payload -> SegmentHeader.fromProto(LogProto.SegmentHeader.parseFrom(payload))
    };
  }

  @Test
  void aSnapshotIsReadOrDamaged() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotStore.export(TAKEN, body -> body.write(new byte[300]), out);
    new Fuzz(DiskFuzzTest.class, "snapshot-file", IOException.class)
        .seed(out.toByteArray())
        .run(
            input -> {
              try (InputStream raw = new ByteArrayInputStream(input);
                  SnapshotInput in = new SnapshotInput("s", raw)) {
                in.verifyToTheEnd();
              }
            });
  }
}
