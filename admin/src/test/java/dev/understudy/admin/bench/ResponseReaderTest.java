package dev.understudy.admin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {
  private static final String CHUNKED =
      "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nX-Etcd-Index: 17\r\n\r\n"
          + "5\r\nhello\r\n10;name=value\r\n0123456789abcdef\r\n0\r\n\r\n";
  private static final String WITH_LENGTH =
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-etcd-index: 17\r\n\r\n12\r\n3";
  private static final String WITHOUT_BODY =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX-Etcd-Index: 17\r\n\r\n";

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {CHUNKED, WITH_LENGTH, WITHOUT_BODY})
  void anAnswerIsCompleteWithItsLastByteHoweverItIsCut(String text) throws IOException {
    for (int cut = 0; cut < text.length(); cut++) {
      ResponseReader reader = new ResponseReader();
      assertThat(reader.read(bytes(text.substring(0, cut)))).as("cut at %d", cut).isFalse();
      assertThat(reader.read(bytes(text.substring(cut)))).as("cut at %d", cut).isTrue();
      assertThat(reader.index()).isEqualTo(17);
      assertThat(reader.isLastOfConnection()).isFalse();
    }
  }

  @Test
  void answersFollowEachOtherOnOneConnection() throws IOException {
    ResponseReader reader = new ResponseReader();
    ByteBuffer all = bytes(CHUNKED + WITH_LENGTH + WITHOUT_BODY);
    assertThat(reader.read(all)).isTrue();
    assertThat(reader.status()).isEqualTo(201);
    assertThat(reader.read(all)).isTrue();
    assertThat(reader.status()).isEqualTo(200);
    assertThat(reader.read(all)).isTrue();
    assertThat(reader.status()).isEqualTo(204);
    assertThat(all.hasRemaining()).isFalse();
  }

  @Test
  void theLastAnswerOfAConnectionIsKnown() throws IOException {
    ResponseReader reader = new ResponseReader();
    reader.read(bytes("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    assertThat(reader.isLastOfConnection()).isTrue();
    reader.read(bytes(WITH_LENGTH));
    assertThat(reader.isLastOfConnection()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
      })
  void whatIsNoHttpIsRefused(String text) {
    assertThatThrownBy(() -> new ResponseReader().read(bytes(text)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aHeadWithoutAnEndIsRefused() {
    ResponseReader reader = new ResponseReader();
    ByteBuffer endless = bytes("x".repeat(70_000));
    assertThatThrownBy(() -> reader.read(endless)).isInstanceOf(IOException.class);
  }
}
