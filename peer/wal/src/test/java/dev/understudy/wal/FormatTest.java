package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The formats are promises: the examples of the package's page, byte by byte. */
class FormatTest {
  private static final String SEGMENT =
      """
      ae 05 14 74 6f 4b e5 b2 00 00 00 1a 00 00 00 00 00 00 00 00 00 00 01 01
      08 01 11 c1 00 00 00 00 00 00 00 19 0a 00 00 00 00 00 00 00 20 01 28 01 42 00
      a5 a5 a5 a5 a5 a5
      d2 a4 2b ca 02 e0 53 7b 00 00 00 0b 00 00 00 00 00 00 00 00 00 00 01 02
      08 02 10 01 1a 05 68 65 6c 6c 6f
      a5 a5 a5 a5 a5
      """;

  private static final String SNAPSHOT =
      """
      00 00 00 24 41 23 7f ee
      08 01 12 20 08 02 10 09 1a 1a 0a 18 01 00 00 00 00 00 00 00
      02 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00
      00 00 00 04 50 34 f7 7b 74 72 65 65
      00 00 00 00 7a 8d 6a 48
      """;

  private final MemoryDisk disk = new MemoryDisk("disk");

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  @Test
  void aSegmentHasTheBytesOfTheExample() throws IOException {
    Wal wal = Logs.create(disk.mount());
    Entry entry = new Entry(2, 1, new Payload.Normal("hello".getBytes(StandardCharsets.UTF_8)));
    wal.append(WalBatch.of(List.of(entry)), () -> {});
    wal.close();

    byte[] expected = bytes(SEGMENT);
    byte[] file = disk.contents("0000000000000001-0000000000000001.wal");
    assertThat(Arrays.copyOf(file, expected.length)).isEqualTo(expected);
    assertThat(Arrays.copyOfRange(file, expected.length, file.length)).containsOnly(0);
  }

  @Test
  void aSnapshotHasTheBytesOfTheExample() throws IOException {
    SnapshotStore.open(disk.mount())
        .save(Logs.snapshot(2, 9), out -> out.write("tree".getBytes(StandardCharsets.UTF_8)));

    assertThat(disk.contents("0000000000000009-0000000000000002.snap")).isEqualTo(bytes(SNAPSHOT));
  }
}
