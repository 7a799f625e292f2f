package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a member's process is taken for dead, and when not. */
class ProcessEndTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int CUTS = 1_000;

  /** Connects again as fast as it can, so that many cuts take little time. */
  private static final TransportOptions UNTIRING =
      new TransportOptions(
          1000, 1 << 20, 64 << 10, 1 << 20, 1, 1, 5_000, 5_000, 1_000, 10_000, 5_000, 20_000,
          1_000);

  private WebSocketClient client;
  private ScheduledThreadPoolExecutor timer;
  private TestPeer a;
  private TestPeer b;
  private CuttableWay toA;
  private CuttableWay toB;

  @BeforeEach
  void connectBoth() throws Exception {
    client = TestPeer.newClient();
    timer = new ScheduledThreadPoolExecutor(1);
    a = TestPeer.start(1, TestPeer.CLUSTER, 0, UNTIRING, client, timer);
    b = TestPeer.start(2, TestPeer.CLUSTER, 0, UNTIRING, client, timer);
    toA = new CuttableWay(a.port());
    toB = new CuttableWay(b.port());
    a.network.setPeers(Map.of(2L, toB.url()));
    b.network.setPeers(Map.of(1L, toA.url()));
    awaitBothStreams();
  }

  @AfterEach
  void endAll() throws Exception {
    a.close();
    b.close();
    toA.close();
    toB.close();
    client.stop();
    timer.shutdownNow();
    assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  /** A stream of its own and one that the other has opened; messages go over either. */
  private void awaitBothStreams() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> a.network.streamsWith(2) == 2 && b.network.streamsWith(1) == 2);
  }

  @Test
  void noStreamThatIsCutMakesALivingProcessSeemDead() {
    for (int i = 0; i < CUTS; i++) {
      if (i % 3 != 0) {
        toA.cut();
      }
      if (i % 3 != 1) {
        toB.cut();
      }
      awaitBothStreams();
    }
    assertThat(a.ended).isEmpty();
    assertThat(b.ended).isEmpty();
  }

  @Test
  void aProcessThatIsRefusedOneWayIsAliveAsLongAsTheOtherStreamStands() throws Exception {
    toB.refuse();
    toB.cut();
    await().atMost(SOON).until(() -> a.network.streamsWith(2) == 1);
    for (int i = 0; i < 50; i++) {
      a.send(a.heartbeat(b, i));
      int sent = i + 1;
      await().atMost(SOON).until(() -> b.messages.size() == sent);
    }
    assertThat(a.ended).isEmpty();
    assertThat(b.ended).isEmpty();
  }

  @Test
  void aProcessWhoseStreamsEndAndWhereNobodyListensIsTakenForDeadOnce() throws Exception {
    toB.refuse();
    toB.cut();
    await().atMost(SOON).until(() -> a.network.streamsWith(2) == 1);
    assertThat(a.ended).isEmpty();
    toA.refuse();
    toA.cut();
    await().atMost(SOON).until(() -> !a.ended.isEmpty() && !b.ended.isEmpty());
    int before = a.unreachable.size();
    for (int i = 0; i < 20; i++) {
      int sent = i;
      a.send(a.heartbeat(b, i));
      await().atMost(SOON).until(() -> a.unreachable.size() > before + sent);
    }
    assertThat(a.ended).containsExactly(2L);
    assertThat(b.ended).containsExactly(1L);
  }

  @Test
  void aPeerThatWasNeverReachedHasNotEnded() throws Exception {
    TestPeer c = TestPeer.start(3, TestPeer.CLUSTER, 0, UNTIRING, client, timer);
    try {
      toB.refuse();
      c.network.setPeers(Map.of(2L, toB.url()));
      for (int i = 0; i < 20; i++) {
        c.send(c.heartbeat(b, i));
        int sent = i;
        await().atMost(SOON).until(() -> c.unreachable.size() > sent);
      }
      assertThat(c.ended).isEmpty();
    } finally {
      c.close();
    }
  }
}
