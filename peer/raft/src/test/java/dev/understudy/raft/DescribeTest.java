package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts of the scripts where no script can say them: bytes that no directive can hold. */
class DescribeTest {
  private static String normal(byte[] data) {
    return Describe.entry(new Entry(1, 2, new Payload.Normal(data)));
  }

  @Test
  void anEntrysDataAreQuotedAndItsControlBytesEscaped() {
    assertThat(normal("hello\0world".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("1/2 EntryNormal \"hello\\x00world\"");
    assertThat(normal(new byte[0])).isEqualTo("1/2 EntryNormal \"\"");
  }

  @ParameterizedTest
  @CsvSource({
    "07 08 0c 0a 0d 09 0b, \\a\\b\\f\\n\\r\\t\\v",
    "22 5c 27, '\\\"\\\\'''",
    "01 1f 7f, \\x01\\x1f\\x7f",
    "ff 41 c3 28, \\xffA\\xc3(",
    "c3 bc e2 88 9e, ü∞",
    "c2 85 e2 80 a8 ef bb bf, \\u0085\\u2028\\ufeff",
    "f0 9f 98 80 f3 a0 80 81, 😀\\U000e0001",
    "ed a0 80, \\xed\\xa0\\x80",
    "e2 88, \\xe2\\x88"
  })
  void bytesAreQuotedAsInGo(String hex, String text) {
    String[] parts = hex.split(" ");
    byte[] data = new byte[parts.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    assertThat(Describe.quoted(data)).isEqualTo('"' + text + '"');
  }

  @Test
  void anEmptySnapshotIsNotShown() {
    Message.InstallSnapshot install = new Message.InstallSnapshot(10, 0, 3, Snapshot.EMPTY);
    assertThat(Describe.message(install)).isEqualTo("a->None MsgSnap Term:3 Log:0/0");
  }

  @Test
  void severalEntriesStandOnALineEach() {
    Message.Append append =
        new Message.Append(1, 2, 3, new LogSlice(new EntryId(1, 4), TestNode.entries(5, 2, 3)), 4);
    assertThat(Describe.message(append))
        .isEqualTo(
            "1->2 MsgApp Term:3 Log:1/4 Commit:4 Entries:["
                + "\n  2/5 EntryNormal \"\"\n  3/6 EntryNormal \"\"\n]");
    assertThat(Describe.indented("a\nb")).isEqualTo("  a\n  b\n");
    assertThat(Describe.entries(List.of())).isEmpty();
  }
}
