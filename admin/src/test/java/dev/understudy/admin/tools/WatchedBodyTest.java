package dev.understudy.admin.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** The body of an answer whose sender may stop sending. */
class WatchedBodyTest {
  private final List<String> asked = new ArrayList<>();

  private final Flow.Subscription sender =
      new Flow.Subscription() {
        @Override
        public void request(long count) {
          asked.add("request " + count);
        }

        @Override
        public void cancel() {
          asked.add("cancel");
        }
      };

  private static List<ByteBuffer> bytes(String... texts) {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (String text : texts) {
      buffers.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
    return buffers;
  }

  @Test
  void whatHasComeIsReadToItsEndAndAskedForPieceByPiece() throws Exception {
    try (WatchedBody body = new WatchedBody(60_000)) {
      body.onSubscribe(sender);
      body.onNext(bytes("a", "", "bc"));
      body.onNext(bytes("d"));
      body.onComplete();
      assertThat(body.read()).isEqualTo('a');
      assertThat(asked).as("one, and the next once it was taken").hasSize(2);
      assertThat(new String(body.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("bcd");
      assertThat(body.read()).isEqualTo(-1);
      assertThat(body.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void aSenderThatStopsSendingIsNotWaitedForForEver() throws Exception {
    try (WatchedBody body = new WatchedBody(1)) {
      assertThatThrownBy(body::read).as("nobody at all").isInstanceOf(IOException.class);
      body.onSubscribe(sender);
      body.onNext(bytes("a"));
      assertThat(body.read()).isEqualTo('a');
      assertThatThrownBy(() -> body.read(new byte[1]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nothing has come for");
    }
    assertThat(asked).endsWith("cancel");
  }

  @Test
  void aTransferThatBreaksOffIsToldWithItsReason() throws Exception {
    try (WatchedBody body = new WatchedBody(60_000)) {
      body.onSubscribe(sender);
      body.onNext(bytes("a"));
      body.onError(new IOException("reset"));
      assertThat(body.read()).isEqualTo('a');
      assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessage("reset");
    }
  }
}
