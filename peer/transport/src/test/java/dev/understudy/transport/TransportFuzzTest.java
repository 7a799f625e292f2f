package dev.understudy.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.understudy.clusterconfig.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/** What a stranger may send to a peer port before anybody has asked who it is. */
class TransportFuzzTest {
  @Test
  void aFrameThatIsNoneIsRefusedAsMalformed() throws IOException {
    MessageCodec codec = new MessageCodec();
    Fuzz fuzz = new Fuzz(TransportFuzzTest.class, "frame", MalformedMessageException.class);
    for (PeerMessage message : MessageCodecTest.ALL_KINDS) {
      fuzz.seed(codec.encode(List.of(message)).array());
    }
    fuzz.run(input -> codec.decode(ByteBuffer.wrap(input)));
  }

  @Test
  void theHeadOfASnapshotThatIsNoneIsRefusedAsMalformed() throws IOException {
    MessageCodec codec = new MessageCodec();
    new Fuzz(TransportFuzzTest.class, "snapshot-head", MalformedMessageException.class)
        .seed(codec.encodeSnapshotHead(MessageCodecTest.SNAPSHOT))
        .run(input -> codec.readSnapshotHead(new ByteArrayInputStream(input)));
  }

  @Test
  void aGreetingThatMakesNoSenseIsNone() throws IOException {
    new Fuzz(TransportFuzzTest.class, "handshake")
        .seed(
            "Understudy-Cluster: cafe\n"
                + "Understudy-From: 1\n"
                + "Understudy-To: ffffffffffffffff\n"
                + "Understudy-Format: 1\n"
                + "Understudy-Peer-Url: http://10.0.0.1:2380\n"
                + "Understudy-Incarnation: 1-2,3-4\n"
                + "Understudy-Machine: version=1&priority=50&zone=a")
        .words("Understudy-", "http://[::1]:1/", "Machine: ", "Incarnation: ")
        .run(
            input -> {
              HttpFields.Mutable headers = HttpFields.build();
              for (String line : new String(input, ISO_8859_1).split("\n", 200)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                  headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
                }
              }
              Handshake.read(headers);
              Handshake.readTraits(headers);
            });
  }
}
