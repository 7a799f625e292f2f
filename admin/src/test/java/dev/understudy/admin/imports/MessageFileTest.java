package dev.understudy.admin.imports;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.understudy.admin.imports.MessageFile.Message;
import dev.understudy.admin.imports.MessageFile.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFileTest {
  @TempDir Path directory;

  private FileChannel channel;

  @BeforeEach
  void open() throws IOException {
    channel = FileChannel.open(directory.resolve("message"), CREATE_NEW, READ, WRITE);
  }

  @AfterEach
  void close() throws IOException {
    channel.close();
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private void append(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.write(out);
    out.flush();
    channel.write(ByteBuffer.wrap(bytes.toByteArray()));
  }

  @Test
  void aFieldMayBeLongerThanAnyArray() throws IOException {
    long hole = 5L << 30;
    append(
        out -> {
          out.writeUInt64(1, -1);
          out.writeFixed32(7, 9);
          out.writeFixed64(8, 9);
          out.writeTag(2, 2);
          out.writeUInt64NoTag(hole);
        });
    channel.position(channel.position() + hole);
    append(out -> out.writeByteArray(3, new byte[] {4, 5}));

    MessageFile file = new MessageFile(channel);
    Message message = file.message(file.whole());

    assertThat(message.number(1)).isEqualTo(-1);
    assertThat(message.bytes(2).length()).isEqualTo(hole);
    assertThat(file.open(message.bytes(3)).readAllBytes()).containsExactly(4, 5);
    assertThat(file.open(message.bytes(2)).readNBytes(3)).containsExactly(0, 0, 0);
    assertThat(message.bytes(6)).isEqualTo(Span.NONE);
    assertThat(file.open(Span.NONE).readAllBytes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000", "0a05", "0aff", "0affffffffffffffffff01", "0b", "08", "0d01"})
  void whatIsNoMessageIsRefused(String hex) throws IOException {
    channel.write(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    MessageFile file = new MessageFile(channel);

    assertThatThrownBy(() -> file.message(file.whole())).isInstanceOf(IOException.class);
  }
}
