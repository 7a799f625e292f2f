package dev.understudy.peer;

import dev.understudy.api.ClientApi;
import dev.understudy.api.ClientLimits;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.raft.Message;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.TrafficCount;
import dev.understudy.transport.Transport;
import dev.understudy.wal.Directory;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * A cluster of one over any directory, its client API on a loopback port, real threads and time.
 */
final class ClusterOfOne implements AutoCloseable {
  static final MachineRecord SELF =
      new MachineRecord("lone", "http://127.0.0.1:7001", "http://127.0.0.1:4001");

  private final PeerServer peer;
  private final Server server = new Server();
  private final ServerConnector connector;
  private final HttpClient client = HttpClient.newHttpClient();

  /** Completed with what ended the peer, when it told of that. */
  final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  static void found(Directory directory) throws IOException {
    PeerFiles.found(
        directory,
        WalOptions.DEFAULT,
        new WalIdentity(0xc1, 0xa),
        SELF,
        ClusterConfig.DEFAULT,
        System.currentTimeMillis());
  }

  ClusterOfOne(Directory directory, WalOptions wal, long snapshotCount) throws Exception {
    this(
        directory, PeerOptions.of(SELF, 50, 500, snapshotCount, ClientLimits.DEFAULT, wal, "test"));
  }

  ClusterOfOne(Directory directory, PeerOptions options) throws Exception {
    PeerContext world =
        new PeerContext(
            (self, snapshots, timer) -> new PeerContext.Link(new NoNetwork(), new Nothing()),
            System::nanoTime,
            System::currentTimeMillis,
            new Random(7));
    PeerEvents events =
        new PeerEvents() {
          @Override
          public void removed(String reason) {
            failure.completeExceptionally(new IllegalStateException(reason));
          }

          @Override
          public void outlived(String reason) {
            failure.completeExceptionally(new IllegalStateException(reason));
          }

          @Override
          public void failed(Throwable cause) {
            failure.complete(cause);
          }
        };
    peer = new PeerServer(options, directory, world, events, 0);
    peer.recover();
    peer.start();
    connector =
        new ServerConnector(
            server,
            0,
            1,
            new HttpConnectionFactory(ClientApi.httpConfiguration(ClientLimits.DEFAULT)));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(peer.clientHandler());
    server.setStopTimeout(0);
    server.start();
  }

  PeerServer peer() {
    return peer;
  }

  HttpResponse<String> put(String key, String value) throws Exception {
    return send(
        request(key)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(HttpRequest.BodyPublishers.ofString("value=" + value)));
  }

  HttpResponse<String> get(String key) throws Exception {
    return send(request(key).GET());
  }

  HttpResponse<String> refresh(String key, int ttlSeconds) throws Exception {
    return send(
        request(key)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(
                HttpRequest.BodyPublishers.ofString(
                    "refresh=true&prevExist=true&ttl=" + ttlSeconds)));
  }

  HttpResponse<String> delete(String key) throws Exception {
    return send(request(key).DELETE());
  }

  /** What Prometheus is told. */
  String metrics() throws Exception {
    return send(HttpRequest.newBuilder(uri("/metrics"))).body();
  }

  private HttpRequest.Builder request(String key) {
    return HttpRequest.newBuilder(uri("/v2/keys" + key)).timeout(Duration.ofSeconds(30));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort() + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws IOException {
    LifeCycle.stop(server);
    peer.close();
  }

  private static final class Nothing extends Handler.Wrapper {}

  /** There is nobody else. */
  private static final class NoNetwork implements Transport {
    @Override
    public void start(PeerReceiver receiver) {}

    @Override
    public void setRecordedStarts(Map<Long, Incarnation> recorded) {}

    @Override
    public Map<Long, Lineage> connected() {
      return Map.of();
    }

    @Override
    public void setPeers(Map<Long, URI> peerUrls) {}

    @Override
    public void foundAt(long member, URI peerUrl) {}

    @Override
    public void send(List<Message> messages) {}

    @Override
    public void forward(ForwardedProposals proposals) {}

    @Override
    public void refuse(RejectedProposals refusal) {}

    @Override
    public void sendSnapshot(
        Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
      outcome.failed(new IOException("there is nobody"));
    }

    @Override
    public TrafficCount traffic() {
      return new TrafficCount(0, 0, 0, 0, 0, Map.of());
    }

    @Override
    public void close() {}
  }
}
