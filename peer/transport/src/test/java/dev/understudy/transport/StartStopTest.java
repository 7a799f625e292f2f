package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Message;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.Test;

/** Listeners and client outlive the network, as they do in a machine that changes its mode. */
class StartStopTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int CYCLES = 200;

  @Test
  void twoHundredLivesLeaveNoThreadSocketOrTimerBehind() throws Exception {
    WebSocketClient client = TestPeer.newClient();
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    timer.setRemoveOnCancelPolicy(true);
    Handler.Wrapper modeOfA = new Handler.Wrapper(true, null);
    Handler.Wrapper modeOfB = new Handler.Wrapper(true, null);
    Server a = server(modeOfA);
    Server b = server(modeOfB);
    try {
      live(a, modeOfA, b, modeOfB, client, timer);
      long files = openFiles();
      int threads = Thread.activeCount();
      for (int i = 1; i < CYCLES; i++) {
        live(a, modeOfA, b, modeOfB, client, timer);
      }
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertThat(openFiles()).isLessThanOrEqualTo(files + 4);
                // Jetty's pools grow to their need; what leaked with each life would be hundreds.
                assertThat(Thread.activeCount()).isLessThan(threads + 20);
                assertThat(timer.getQueue()).isEmpty();
                // Jetty keeps one that ended in the moment in which it began.
                assertThat(client.getOpenSessions())
                    .hasSizeLessThan(CYCLES / 10)
                    .noneMatch(Session::isOpen);
              });
    } finally {
      a.stop();
      b.stop();
      client.stop();
      timer.shutdownNow();
    }
    assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static Server server(Handler handler) throws Exception {
    Server server = new Server(new QueuedThreadPool(16, 2));
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(handler);
    HttpTransport.prepare(server);
    server.start();
    return server;
  }

  private static void live(
      Server a,
      Handler.Wrapper modeOfA,
      Server b,
      Handler.Wrapper modeOfB,
      WebSocketClient client,
      ScheduledThreadPoolExecutor timer)
      throws Exception {
    Map<Long, URI> urls = Map.of(1L, url(a), 2L, url(b));
    Set<Message> arrived = ConcurrentHashMap.newKeySet();
    HttpTransport one = network(1, urls, client, timer);
    HttpTransport two = network(2, urls, client, timer);
    modeOfA.setHandler(one.handler());
    modeOfB.setHandler(two.handler());
    one.start(new Silent(arrived));
    two.start(new Silent(arrived));
    try {
      await()
          .pollInterval(Duration.ofMillis(5))
          .pollDelay(Duration.ZERO)
          .atMost(SOON)
          .until(
              () -> {
                // Again and again: one may have knocked before the other had opened its door.
                one.send(List.of(new Message.TimeoutNow(1, 2, 1)));
                two.send(List.of(new Message.TimeoutNow(2, 1, 1)));
                return arrived.size() == 2;
              });
    } finally {
      one.close();
      one.close();
      two.close();
    }
  }

  private static HttpTransport network(
      long id, Map<Long, URI> urls, WebSocketClient client, ScheduledThreadPoolExecutor timer) {
    HttpTransport network =
        new HttpTransport(
            new PeerIdentity(TestPeer.CLUSTER, id, urls.get(id), Lineage.UNSTATED),
            TransportOptions.DEFAULT,
            (message, content) -> {},
            client,
            TestPeer.timerOf(timer),
            System::nanoTime,
            new SplittableRandom(id));
    network.setPeers(urls);
    return network;
  }

  private static URI url(Server server) {
    return URI.create(
        "http://127.0.0.1:" + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
  }

  private static long openFiles() {
    Object system = ManagementFactory.getOperatingSystemMXBean();
    Assumptions.assumeThat(system).isInstanceOf(UnixOperatingSystemMXBean.class);
    return ((UnixOperatingSystemMXBean) system).getOpenFileDescriptorCount();
  }

  private record Silent(Set<Message> arrived) implements PeerReceiver {
    @Override
    public boolean isObserver() {
      return false;
    }

    @Override
    public void message(Message message) {
      arrived.add(message);
    }

    @Override
    public void forwarded(ForwardedProposals proposals) {}

    @Override
    public void refused(RejectedProposals refusal) {}

    @Override
    public void unreachable(long member) {}

    @Override
    public void processEnded(long member) {}

    @Override
    public void outlived(String reason) {}

    @Override
    public void snapshotArrived(Message.InstallSnapshot message) {}

    @Override
    public Following following() {
      return Following.NOBODY;
    }
  }
}
