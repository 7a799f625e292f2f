package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.raft.Message;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stranger at the door is told. */
class PeerHandlerTest {
  private WebSocketClient client;
  private ScheduledThreadPoolExecutor timer;
  private TestPeer peer;

  @BeforeEach
  void startPeer() throws Exception {
    client = TestPeer.newClient();
    timer = new ScheduledThreadPoolExecutor(1);
    peer = TestPeer.start(0xaL, client, timer);
  }

  @AfterEach
  void stopPeer() throws Exception {
    peer.close();
    client.stop();
    timer.shutdownNow();
    assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private ContentResponse ask(String method, String path, Map<String, String> changed)
      throws Exception {
    Map<String, String> headers =
        new java.util.HashMap<>(
            Map.of(
                "Understudy-Cluster", "c0ffee",
                "Understudy-From", "b",
                "Understudy-To", "a",
                "Understudy-Format", "1",
                "Understudy-Peer-Url", "http://127.0.0.1:1"));
    headers.putAll(changed);
    return client
        .getHttpClient()
        .newRequest(peer.url().resolve(path))
        .method(method)
        .headers(fields -> headers.forEach(fields::put))
        .timeout(30, TimeUnit.SECONDS)
        .send();
  }

  private void assertRefused(int status, String reason, Map<String, String> changed)
      throws Exception {
    for (String path : new String[] {"/raft/stream", "/raft/snapshot"}) {
      ContentResponse response = ask(path.endsWith("stream") ? "GET" : "POST", path, changed);
      assertThat(response.getStatus()).isEqualTo(status);
      assertThat(response.getContentAsString()).contains(reason);
    }
  }

  @Test
  void anotherClusterIsRefused() throws Exception {
    assertRefused(412, "not this cluster", Map.of("Understudy-Cluster", "bad"));
  }

  @Test
  void whoMeansAnotherMemberIsRefused() throws Exception {
    assertRefused(410, "not this member", Map.of("Understudy-To", "c"));
  }

  @Test
  void aNewerFormatIsRefused() throws Exception {
    assertRefused(400, "format version 2 is newer than 1", Map.of("Understudy-Format", "2"));
  }

  @Test
  void itsOwnIdIsRefused() throws Exception {
    assertRefused(409, "not under this id", Map.of("Understudy-From", "a"));
  }

  @Test
  void headersThatMakeNoSenseAreRefused() throws Exception {
    assertRefused(400, "no request of another peer", Map.of("Understudy-From", "0"));
    assertRefused(400, "no request of another peer", Map.of("Understudy-From", "x"));
    assertRefused(400, "no request of another peer", Map.of("Understudy-To", ""));
    assertRefused(400, "no request of another peer", Map.of("Understudy-Format", "new"));
    assertRefused(400, "no request of another peer", Map.of("Understudy-Peer-Url", "a b"));
    for (String format : List.of("-5", "0", "+1", "99999999999")) {
      assertRefused(400, "no request of another peer", Map.of("Understudy-Format", format));
    }
  }

  @Test
  void aRefusalGivesNoIdAway() throws Exception {
    Map<String, String> wrongCluster = Map.of("Understudy-Cluster", "bad");
    Map<String, String> wrongMember = Map.of("Understudy-To", "c");
    Map<String, String> ownId = Map.of("Understudy-From", "a");
    for (Map<String, String> changed : List.of(wrongCluster, wrongMember, ownId)) {
      ContentResponse response = ask("GET", "/raft/stream", changed);
      String all = response.getHeaders().asString() + response.getContentAsString();
      assertThat(all).doesNotContainPattern("c0ffee|member a|\\ba\\b is|cluster [0-9a-f]+");
      assertThat(response.getContentAsString()).startsWith("not ");
    }
  }

  @Test
  void parametersInThePathAreRefused() throws Exception {
    for (String odd :
        List.of("/raft/stream;x", "/raft/stream?x", "/raft/./stream", "/raft/stream?")) {
      assertThat(ask("GET", odd, Map.of()).getStatus()).as(odd).isIn(400, 404);
    }
    assertThat(ask("POST", "/raft/snapshot;x=1", Map.of()).getStatus()).isEqualTo(400);
    assertThat(ask("POST", "/raft/snapshot?x", Map.of()).getStatus()).isEqualTo(400);
  }

  @Test
  void aStreamMustBeAnUpgrade() throws Exception {
    assertThat(ask("GET", "/raft/stream", Map.of()).getStatus()).isEqualTo(426);
    assertThat(ask("POST", "/raft/stream", Map.of()).getStatus()).isEqualTo(405);
    assertThat(ask("GET", "/raft/snapshot", Map.of()).getStatus()).isEqualTo(405);
  }

  @Test
  void aSnapshotWithoutAnythingInItIsRefused() throws Exception {
    peer.following = new PeerReceiver.Following(1, 0xb);
    assertThat(ask("POST", "/raft/snapshot", Map.of()).getStatus()).isEqualTo(400);
    assertThat(peer.snapshots).isEmpty();
  }

  @Test
  void otherPathsAreLeftToOthers() throws Exception {
    assertThat(ask("GET", "/raft", Map.of()).getStatus()).isEqualTo(404);
  }

  @Test
  void aStoppedPeerAnswersThatItIsNotOne() throws Exception {
    peer.network.close();
    assertRefused(503, "not running as a peer", Map.of());
  }

  @Test
  void garbageEndsItsStreamAndNothingElse() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Session stranger = connect(closed);
    stranger.sendBinary(ByteBuffer.wrap(new byte[] {10, 100, 1}), Callback.NOOP);
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(peer.messages).isEmpty();

    CountDownLatch never = new CountDownLatch(1);
    Session polite = connect(never);
    Message first = new Message.TimeoutNow(0xb, 0xa, 1);
    Message misdirected = new Message.TimeoutNow(0xb, 0xc, 1);
    Message last = new Message.TimeoutNow(0xb, 0xa, 2);
    polite.sendBinary(TestPeer.frame(first, misdirected, last), Callback.NOOP);
    await().atMost(Duration.ofSeconds(30)).until(() -> peer.messages.equals(List.of(first, last)));
    assertThat(never.getCount()).isEqualTo(1);
  }

  private Session connect(CountDownLatch closed) throws Exception {
    ClientUpgradeRequest request = new ClientUpgradeRequest(StreamDialer.streamUrl(peer.url()));
    new Handshake(
            TestPeer.CLUSTER,
            0xb,
            0xa,
            1,
            URI.create("http://127.0.0.1:1"),
            Lineage.UNSTATED,
            MachineTraits.UNSTATED)
        .write(request::setHeader);
    return client.connect(new Watcher(closed), request).get(30, TimeUnit.SECONDS);
  }

  /** Public because Jetty calls it. */
  public static final class Watcher extends Session.Listener.AbstractAutoDemanding {
    private final CountDownLatch closed;

    Watcher(CountDownLatch closed) {
      this.closed = closed;
    }

    @Override
    public void onWebSocketOpen(Session session) {
      super.onWebSocketOpen(session);
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
      closed.countDown();
      callback.succeed();
    }
  }
}
