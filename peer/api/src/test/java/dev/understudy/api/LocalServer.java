package dev.understudy.api;

import dev.understudy.api.access.Guard;
import dev.understudy.api.dashboard.DashboardData;
import dev.understudy.api.dashboard.DashboardPage;
import dev.understudy.api.http.Elsewhere;
import dev.understudy.api.http.HttpConnections;
import dev.understudy.api.http.Route;
import dev.understudy.api.v1.LocksApi;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  LocalServer(ClientLimits limits, int port) throws Exception {
    backend = new InMemoryBackend(limits);
    server = new Server(new QueuedThreadPool(16));
    HttpConfiguration http = ClientApi.httpConfiguration(limits);
    connector =
        new ServerConnector(
            server,
            0,
            Integer.getInteger("selectors", -1),
            new HttpConnections(http, limits.requestMillis()));
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
