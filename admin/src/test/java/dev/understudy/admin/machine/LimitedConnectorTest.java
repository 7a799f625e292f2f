package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.Dialect;
import dev.understudy.api.http.Door;
import dev.understudy.api.http.Route;
import dev.understudy.api.http.RouteTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitedConnectorTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final LateFarewells threads = new LateFarewells();
  private final Server server = new Server(threads);
  private final List<Socket> sockets = new ArrayList<>();
  private long idleMillis = 30_000;
  private LimitedConnector connector;

  private void serve(boolean replacesIdle) throws Exception {
    serve(replacesIdle, OptionalInt.empty());
  }

  private void serve(boolean replacesIdle, OptionalInt perAddress) throws Exception {
    connector =
        new LimitedConnector(
            server,
            1,
            LimitedConnector.protocols(new HttpConfiguration(), Optional.empty(), 10_000),
            new PortBounds(3, perAddress, replacesIdle, 10_000, idleMillis),
            System::nanoTime);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Door(Dialect.PLAIN, RouteTable.of(Route.at("/").on(e -> e.text(200, "ok"), "GET"))));
    server.start();
  }

  /** Connections that the server has closed are taken from among the connected when it is told. */
  private static final class LateFarewells extends QueuedThreadPool {
    private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();
    private volatile boolean areLate;

    @Override
    public void execute(Runnable task) {
      if (areLate && task.getClass().getSimpleName().equals("DestroyEndPoint")) {
        late.add(task);
      } else {
        super.execute(task);
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    threads.late.forEach(Runnable::run);
    for (Socket socket : sockets) {
      socket.close();
    }
    LifeCycle.stop(server);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", connector.getLocalPort());
    socket.setSoTimeout((int) SOON.toMillis());
    sockets.add(socket);
    return socket;
  }

  private Socket connectFrom(String address) throws IOException {
    Socket socket =
        new Socket(
            InetAddress.getByName("127.0.0.1"),
            connector.getLocalPort(),
            InetAddress.getByName(address),
            0);
    socket.setSoTimeout((int) SOON.toMillis());
    sockets.add(socket);
    return socket;
  }

  private static String ask(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return all(socket);
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void oneTooManyIsAnsweredAndClosedAndLaterOnesGetIn() throws Exception {
    serve(false);
    for (int i = 0; i < 3; i++) {
      connect();
    }
    String answer = all(connect());
    assertThat(answer).startsWith("HTTP/1.1 503 ").contains("too many connections");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    assertThat(answer).contains("Content-Length: " + body.length() + "\r\n");
    sockets.get(0).close();
    await().atMost(SOON).until(() -> connector.connections() == 2);
    assertThat(ask(connect())).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void oneTooManyOfAnAddressIsAnsweredAndClosedAndLaterOnesGetIn() throws Exception {
    serve(true, OptionalInt.of(2));
    connect();
    connect();
    String answer = all(connect());
    assertThat(answer).startsWith("HTTP/1.1 503 ").contains("too many connections from this");
    assertThat(ask(connectFrom("127.0.0.2"))).startsWith("HTTP/1.1 200 ");
    sockets.get(0).close();
    await().atMost(SOON).until(() -> ask(connect()).startsWith("HTTP/1.1 200 "));
  }

  @Test
  void whereMembersMustGetInTheOneThatWasIdleForLongestGivesWay() throws Exception {
    serve(true);
    for (int i = 0; i < 3; i++) {
      connect();
    }
    await().atMost(SOON).until(() -> connector.connections() == 3);
    for (int i = 0; i < 20; i++) {
      assertThat(ask(connect())).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void oneThatHasEndedGivesWayBeforeItIsTakenFromAmongTheConnected() throws Exception {
    threads.areLate = true;
    serve(true);
    for (int i = 1; i <= 20; i++) {
      int ended = i;
      try (Socket socket = connect()) {
        assertThat(ask(socket)).startsWith("HTTP/1.1 200 ");
      }
      await().atMost(SOON).until(() -> threads.late.size() == ended);
    }
  }

  /** One that is just becoming a connected one counts; of some hundred bursts one showed it. */
  @Test
  void ofManyThatComeInABurstNotOneMoreIsLetIn() throws Exception {
    serve(false);
    for (int burst = 0; burst < 300; burst++) {
      for (int i = 0; i < 5; i++) {
        connect();
      }
      assertThat(all(connect())).startsWith("HTTP/1.1 503 "); // and all before it are decided on
      assertThat(connector.connections()).as("burst %s", burst).isEqualTo(3);
      for (Socket socket : sockets) {
        socket.close();
      }
      sockets.clear();
      await().atMost(SOON).until(() -> connector.connections() == 0);
    }
  }

  private static ConnectionLimits limits(long maxDescriptors, long open) {
    OptionalInt none = OptionalInt.empty();
    return ConnectionLimits.of(none, none, maxDescriptors, open, 1L << 30);
  }

  @Test
  void descriptorsAreLeftForLogAndPeers() {
    assertThat(limits(200, 50)).isEqualTo(new ConnectionLimits(61, 25));
    assertThat(limits(65_536, 60)).isEqualTo(new ConnectionLimits(64_900, 512));
    assertThat(limits(1 << 20, 60).clients())
        .as("memory is short before descriptors are")
        .isEqualTo(65_536);
    assertThat(limits(64, 50).clients()).isEqualTo(16);
    assertThat(ConnectionLimits.of(OptionalInt.of(7), OptionalInt.of(9), 200, 50, 1L << 30))
        .isEqualTo(new ConnectionLimits(7, 9));
  }

  @Test
  void aConnectionThatStandsStillIsClosed() throws Exception {
    idleMillis = 200;
    serve(false);
    assertThat(all(connect())).isEmpty();
    await().atMost(SOON).until(() -> connector.connections() == 0);
  }

  @Test
  void howeverManyComeAtOnceNoMoreAreHeld() throws Exception {
    serve(true);
    for (int i = 0; i < 200; i++) {
      connect();
    }
    // Refused for as long as those before it still arrive, of which none is idle yet.
    await().atMost(SOON).until(() -> ask(connect()).startsWith("HTTP/1.1 200 "));
    await().atMost(SOON).until(() -> connector.connections() <= 3);
  }
}
