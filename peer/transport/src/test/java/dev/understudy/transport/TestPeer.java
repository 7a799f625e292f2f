package dev.understudy.transport;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Message;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** A peer with its server on loopback, and everything that it hears. */
final class TestPeer implements AutoCloseable {
  static final long CLUSTER = 0xc0ffeeL;

  /**
   * Quick to connect again and to ping, so that tests are quick; slow to give a stream up or to
   * close without waiting for its end, so that none does so because the process stood still.
   */
  static final TransportOptions QUICK =
      new TransportOptions(
          1000, 1 << 20, 64 << 10, 1 << 20, 10, 100, 30_000, 30_000, 200, 30_000, 30_000, 60_000,
          30_000);

  final long id;
  final Map<Long, String> names = new ConcurrentHashMap<>();
  final List<Message> messages = new CopyOnWriteArrayList<>();
  final List<ForwardedProposals> forwarded = new CopyOnWriteArrayList<>();
  final List<RejectedProposals> refusals = new CopyOnWriteArrayList<>();
  final List<Long> unreachable = new CopyOnWriteArrayList<>();
  final List<Long> ended = new CopyOnWriteArrayList<>();
  final List<Message.InstallSnapshot> snapshots = new CopyOnWriteArrayList<>();
  volatile boolean observes;
  volatile SnapshotSink sink = (message, content) -> content.transferTo(nowhere());
  volatile Consumer<Message> onMessage = messages::add;
  volatile PeerReceiver.Following following = PeerReceiver.Following.NOBODY;

  private final Server server;
  private final ServerConnector connector;
  final HttpTransport network;

  final List<String> outlived = new CopyOnWriteArrayList<>();

  private TestPeer(
      long id,
      long cluster,
      int port,
      Lineage lineage,
      TransportOptions options,
      WebSocketClient client,
      ScheduledExecutorService timer,
      LongSupplier nanoClock)
      throws Exception {
    this.id = id;
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setName("server-" + id);
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setReusePort(port != 0);
    connector.open();
    server.addConnector(connector);
    HttpTransport.prepare(server);
    network =
        new HttpTransport(
            new PeerIdentity(cluster, id, url(), lineage),
            options,
            (message, content) -> sink.receive(message, content),
            client,
            timerOf(timer),
            nanoClock,
            new java.util.SplittableRandom(id));
    server.setHandler(network.handler());
    server.start();
    network.start(new Recorder());
  }

  static Timer timerOf(ScheduledExecutorService executor) {
    return (delayMillis, task) -> {
      Future<?> scheduled = executor.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
      return () -> scheduled.cancel(false);
    };
  }

  static TestPeer start(long id, WebSocketClient client, ScheduledExecutorService timer)
      throws Exception {
    return start(id, CLUSTER, 0, QUICK, client, timer);
  }

  /**
   * @param port one that is held; 0 for any
   */
  static TestPeer start(
      long id,
      long cluster,
      int port,
      TransportOptions options,
      WebSocketClient client,
      ScheduledExecutorService timer)
      throws Exception {
    return new TestPeer(
        id, cluster, port, Lineage.UNSTATED, options, client, timer, System::nanoTime);
  }

  /** One whose time is told by the test; what is to be done now and then is done in real time. */
  static TestPeer start(
      long id, LongSupplier nanoClock, WebSocketClient client, ScheduledExecutorService timer)
      throws Exception {
    return start(id, QUICK, nanoClock, client, timer);
  }

  /** The same with other limits. */
  static TestPeer start(
      long id,
      TransportOptions options,
      LongSupplier nanoClock,
      WebSocketClient client,
      ScheduledExecutorService timer)
      throws Exception {
    return new TestPeer(id, CLUSTER, 0, Lineage.UNSTATED, options, client, timer, nanoClock);
  }

  /** A process of a member whose directory has these starts. */
  static TestPeer start(
      long id, Lineage lineage, WebSocketClient client, ScheduledExecutorService timer)
      throws Exception {
    return new TestPeer(id, CLUSTER, 0, lineage, QUICK, client, timer, System::nanoTime);
  }

  /** A client like the one that a machine has, but as patient as those who use it. */
  static WebSocketClient newClient() throws Exception {
    WebSocketClient client = new WebSocketClient();
    HttpTransport.prepare(client);
    client.setConnectTimeout(QUICK.connectTimeoutMillis());
    client.start();
    return client;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  int port() {
    return connector.getLocalPort();
  }

  void knows(TestPeer... others) {
    Map<Long, URI> urls = new java.util.HashMap<>();
    for (TestPeer other : others) {
      urls.put(other.id, other.url());
    }
    network.setPeers(urls);
  }

  /** Messages as the bytes of one frame. */
  static ByteBuffer frame(Message... some) {
    return new MessageCodec()
        .encode(Arrays.stream(some).<PeerMessage>map(PeerMessage.Consensus::new).toList());
  }

  void send(Message... some) {
    network.send(List.of(some));
  }

  Message.Heartbeat heartbeat(TestPeer to, long commit) {
    return new Message.Heartbeat(id, to.id, 1, commit, 0);
  }

  @Override
  public void close() throws IOException {
    network.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IOException(e);
    }
    server.destroy();
  }

  private static java.io.OutputStream nowhere() {
    return java.io.OutputStream.nullOutputStream();
  }

  private final class Recorder implements PeerReceiver {
    @Override
    public String nameOf(long member) {
      return names.getOrDefault(member, PeerReceiver.super.nameOf(member));
    }

    @Override
    public void message(Message message) {
      onMessage.accept(message);
    }

    @Override
    public void forwarded(ForwardedProposals proposals) {
      forwarded.add(proposals);
    }

    @Override
    public void refused(RejectedProposals refusal) {
      refusals.add(refusal);
    }

    @Override
    public void unreachable(long member) {
      unreachable.add(member);
    }

    @Override
    public void processEnded(long member) {
      ended.add(member);
    }

    @Override
    public void outlived(String reason) {
      outlived.add(reason);
    }

    @Override
    public boolean isObserver() {
      return observes;
    }

    @Override
    public void snapshotArrived(Message.InstallSnapshot message) {
      snapshots.add(message);
    }

    @Override
    public Following following() {
      return following;
    }
  }
}
