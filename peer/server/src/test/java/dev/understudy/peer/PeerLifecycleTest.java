package dev.understudy.peer;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.understudy.api.ClientLimits;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.transport.HttpTransport;
import dev.understudy.transport.TransportOptions;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers on real files and loopback ports, started and stopped again and again. */
class PeerLifecycleTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int LIVES = 200;
  private static final int LIVES_OF_THREE = 10;
  private static final WalOptions SMALL = new WalOptions(1 << 20, 64 << 10, 64 << 10, 4096, 0);
  private static final long CLUSTER = 0xc1;

  /** One for all: each has a thread and a selector of its own until it is collected. */
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(SOON).build();

  private static WebSocketClient connections;

  @TempDir Path directory;

  @BeforeAll
  static void openConnections() throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    org.eclipse.jetty.client.HttpClient http = new org.eclipse.jetty.client.HttpClient();
    http.setExecutor(threads);
    connections = new WebSocketClient(http);
    HttpTransport.prepare(connections);
    connections.start();
  }

  @AfterAll
  static void closeConnections() throws Exception {
    connections.stop();
    connections.getHttpClient().stop();
  }

  @Test
  void twoHundredLivesOfAPeerLeaveNothingBehind() throws Exception {
    try (Box box = new Box(directory, 1)) {
      box.found();
      life(List.of(box));
      long files = openFiles();
      for (int i = 1; i < LIVES; i++) {
        life(List.of(box));
        assertThat(peerThreads()).as("threads after life %s", i).isEmpty();
      }
      // Jetty's servers may keep a connection of the last life for a moment.
      await().atMost(SOON).until(() -> openFiles() <= files + 4);
    }
  }

  @Test
  void livesOfAClusterOfThreeLeaveNothingBehind() throws Exception {
    try (Box one = new Box(directory, 1);
        Box two = new Box(directory, 2);
        Box three = new Box(directory, 3)) {
      one.found();
      one.start();
      awaitWrite(one);
      two.joinBy(one);
      three.joinBy(one);
      two.start();
      three.start();
      await().atMost(SOON).until(() -> one.peer.status().voters().size() == 3);
      List<Box> all = List.of(one, two, three);
      for (Box box : all) {
        box.stop();
      }
      life(all);
      long files = openFiles();
      for (int i = 1; i < LIVES_OF_THREE; i++) {
        life(all);
        assertThat(peerThreads()).as("threads after life %s", i).isEmpty();
      }
      await().atMost(SOON).until(() -> openFiles() <= files + 8);
    }
  }

  @Test
  void aPeerThatNeverRanClosesInEveryPhase() throws Exception {
    try (Box box = new Box(directory, 1)) {
      box.found();
      box.newPeer().close();

      PeerServer recovered = box.newPeer();
      recovered.recover();
      recovered.close();
      recovered.close();
      assertThatThrownBy(recovered::start).isInstanceOf(IllegalStateException.class);
      assertThat(peerThreads()).isEmpty();
      life(List.of(box));
    }
  }

  @Test
  void aPeerWhoseNetworkFailsLeavesNothingAndCanBeTriedAgain() throws Exception {
    try (Box box = new Box(directory, 1)) {
      box.found();
      long files = openFiles();
      PeerServer half = box.newPeer(new BrokenNetworks());
      half.recover();
      assertThatThrownBy(half::start).isInstanceOf(IOException.class).hasMessage("no network");
      half.close();
      assertThat(peerThreads()).isEmpty();
      assertThat(openFiles()).isLessThanOrEqualTo(files + 1);
      life(List.of(box));
    }
  }

  @Test
  void aLeaderUnderLoadAnswersEverythingWhenItIsClosed() throws Exception {
    try (Box box = new Box(directory, 1)) {
      box.found();
      box.start();
      awaitWrite(box);
      List<CompletableFuture<?>> asked = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        asked.add(
            HTTP.sendAsync(
                HttpRequest.newBuilder(box.clientUrl("/v2/keys/k" + i))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .PUT(HttpRequest.BodyPublishers.ofString("value=v"))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
      }
      box.peer.close();
      CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
          .handle((answered, failed) -> true)
          .get(SOON.toSeconds(), TimeUnit.SECONDS);
      assertThat(peerThreads()).isEmpty();
      box.stop();
      life(List.of(box));
    }
  }

  /** Starts all, waits until one of them has taken a write, and stops all. */
  private static void life(List<Box> boxes) throws Exception {
    for (Box box : boxes) {
      box.start();
    }
    awaitWrite(boxes.get(0));
    for (Box box : boxes) {
      box.stop();
    }
  }

  private static void awaitWrite(Box box) {
    HttpRequest request =
        HttpRequest.newBuilder(box.clientUrl("/v2/keys/k"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(SOON)
            .PUT(HttpRequest.BodyPublishers.ofString("value=v"))
            .build();
    await()
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .ignoreExceptions()
        .until(
            () -> {
              int status = HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
              return status == 200 || status == 201;
            });
  }

  private static Set<String> peerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("(driver|leader|answers|snapshots|timer)-m\\d|wal-.*"))
        .collect(Collectors.toSet());
  }

  private static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  /** Hands out networks that cannot be started. */
  private static final class BrokenNetworks implements PeerContext.Networks {
    @Override
    public PeerContext.Link create(
        dev.understudy.transport.PeerIdentity self,
        dev.understudy.transport.SnapshotSink snapshots,
        dev.understudy.transport.Timer timer) {
      HttpTransport real =
          new HttpTransport(
              self,
              TransportOptions.DEFAULT,
              snapshots,
              connections,
              timer,
              System::nanoTime,
              new SplittableRandom(1));
      return new PeerContext.Link(new BrokenNetwork(real), real.handler());
    }
  }

  /** What outlives a peer: directory and ports, as a machine holds them. */
  private static final class Box implements AutoCloseable, PeerEvents {
    private final Path path;
    private final long number;
    private final Handler.Wrapper client = new Handler.Wrapper(true, null);
    private final Handler.Wrapper peers = new Handler.Wrapper(true, null);
    private final Server clientServer = server(client);
    private final Server peerServer = server(peers);
    private DiskDirectory files;
    private PeerServer peer;

    Box(Path parent, long number) throws Exception {
      this.path = parent.resolve("box" + number);
      this.number = number;
      Files.createDirectories(path);
      files = DiskDirectory.open(path);
      clientServer.start();
      HttpTransport.prepare(peerServer);
      peerServer.start();
    }

    private static Server server(Handler handler) {
      Server server = new Server(new QueuedThreadPool(16, 2));
      ServerConnector connector = new ServerConnector(server, 1, 1);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      server.setHandler(handler);
      return server;
    }

    private static String url(Server server) {
      ServerConnector connector = (ServerConnector) server.getConnectors()[0];
      return "http://127.0.0.1:" + connector.getLocalPort();
    }

    URI clientUrl(String pathAndQuery) {
      return URI.create(url(clientServer) + pathAndQuery);
    }

    MachineRecord record() {
      return new MachineRecord("m" + number, url(peerServer), url(clientServer));
    }

    void found() throws IOException {
      PeerFiles.found(
          files,
          SMALL,
          new WalIdentity(CLUSTER, number),
          record(),
          ClusterConfig.DEFAULT,
          1_000_000);
    }

    void joinBy(Box other) throws IOException {
      JoinReply[] reply = new JoinReply[1];
      await()
          .atMost(SOON)
          .until(
              () -> {
                AdminOutcome<JoinReply> outcome =
                    other
                        .peer
                        .admin()
                        .join(JoinRequest.of(record(), new LocalData.None()))
                        .get(SOON.toSeconds(), TimeUnit.SECONDS);
                if (outcome instanceof AdminOutcome.Done<JoinReply> done) {
                  reply[0] = done.value();
                }
                return reply[0] != null;
              });
      PeerFiles.prepare(files, SMALL, new WalIdentity(CLUSTER, reply[0].memberId()));
    }

    PeerServer newPeer() {
      return newPeer(
          (self, snapshots, timer) -> {
            HttpTransport network =
                new HttpTransport(
                    self,
                    TransportOptions.DEFAULT,
                    snapshots,
                    connections,
                    timer,
                    System::nanoTime,
                    new SplittableRandom(number));
            return new PeerContext.Link(network, network.handler());
          });
    }

    PeerServer newPeer(PeerContext.Networks networks) {
      PeerOptions options =
          PeerOptions.of(record(), 20, 200, 1_000, ClientLimits.DEFAULT, SMALL, "test");
      return new PeerServer(
          options,
          files,
          new PeerContext(
              networks,
              System::nanoTime,
              System::currentTimeMillis,
              new SplittableRandom(number + System.nanoTime())),
          this,
          0);
    }

    void start() throws Exception {
      peer = newPeer();
      peer.recover();
      peer.start();
      client.setHandler(peer.clientHandler());
      peers.setHandler(peer.peerHandler());
    }

    void stop() throws Exception {
      client.setHandler((Handler) null);
      peers.setHandler((Handler) null);
      peer.close();
      peer.close();
    }

    @Override
    public void removed(String reason) {
      throw new AssertionError("nobody removes it");
    }

    @Override
    public void outlived(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError("it does not fail", cause);
    }

    @Override
    public void close() throws IOException {
      if (peer != null) {
        peer.close();
      }
      try {
        clientServer.stop();
        peerServer.stop();
      } catch (Exception e) {
        throw new IOException("a server did not stop", e);
      }
      files.close();
    }
  }
}
