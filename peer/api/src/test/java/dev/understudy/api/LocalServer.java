package dev.understudy.api;

import dev.understudy.api.access.Guard;
import dev.understudy.api.dashboard.DashboardData;
import dev.understudy.api.dashboard.DashboardPage;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpConnections;
import dev.understudy.api.http.Route;
import dev.understudy.api.v1.LocksApi;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The client API over a store in memory, on a loopback port. To have one to play with or to
 * measure, run {@link #main} with a port.
 */
final class LocalServer implements AutoCloseable {
  final InMemoryBackend backend;
  final FakeOperator operator = new FakeOperator();
  final InMemoryLocks locks = new InMemoryLocks();
  final InMemoryUsers users = new InMemoryUsers();
  private final Server server;
  private final ServerConnector connector;
  private final AtomicLong receivedBytes = new AtomicLong();

  LocalServer(ClientLimits limits, int port) throws Exception {
    backend = new InMemoryBackend(limits);
    server = new Server(new QueuedThreadPool(16));
    HttpConfiguration http = ClientApi.httpConfiguration(limits);
    connector =
        new ServerConnector(
            server,
            0,
            Integer.getInteger("selectors", -1),
            new HttpConnections(http, limits.requestMillis())) {
          @Override
          protected SocketChannelEndPoint newEndPoint(
              SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            return counted(channel, selector, key, this);
          }
        };
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setAcceptQueueSize(1024); // many watchers come at once
    server.addConnector(connector);
    ClientMemory memory = ClientMemory.of(limits);
    Guard guard = users.guard();
    List<Route> routes =
        new ArrayList<>(new OperatorApi(operator, backend, Elsewhere.REDIRECT, guard).routes());
    routes.addAll(
        new LocksApi(backend, locks, guard, limits, memory, "0.1.0", Elsewhere.REDIRECT).routes());
    routes.addAll(
        new DashboardData(backend, operator, locks, Elsewhere.REDIRECT, guard, "0.1.0").routes());
    routes.addAll(new DashboardPage().routes());
    server.setHandler(
        new ClientApi(
                backend, users, guard, limits, memory, "0.1.0", new PrometheusRegistry(), routes)
            .handler());
    server.setErrorHandler(ClientApi.errorHandler(limits));
    server.setStopTimeout(0);
    backend.start();
    server.start();
  }

  int port() {
    return connector.getLocalPort();
  }

  private SocketChannelEndPoint counted(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, ServerConnector of) {
    SocketChannelEndPoint endPoint =
        new SocketChannelEndPoint(channel, selector, key, of.getScheduler()) {
          @Override
          public int fill(ByteBuffer buffer) throws IOException {
            int filled = super.fill(buffer);
            receivedBytes.addAndGet(Math.max(0, filled));
            return filled;
          }
        };
    endPoint.setIdleTimeout(of.getIdleTimeout());
    return endPoint;
  }

  /** What was read on all connections. */
  long receivedBytes() {
    return receivedBytes.get();
  }

  int connections() {
    return connector.getConnectedEndPoints().size();
  }

  @Override
  public void close() {
    backend.close();
    locks.space.close();
    LifeCycle.stop(server);
  }

  public static void main(String[] args) throws Exception {
    LocalServer local = new LocalServer(ClientLimits.DEFAULT, Integer.parseInt(args[0]));
    String url = "http://127.0.0.1:" + local.port();
    ClientBackend.Member self = new ClientBackend.Member(0xabcL, "solo", url, url);
    local.backend.self.set(self);
    local.backend.leader.set(self);
    System.out.println("listening on 127.0.0.1:" + local.port());
    TimeUnit.HOURS.sleep(1);
    local.close();
  }
}
