package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.clusterconfig.MachineIdentity.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a machine answers at each of its limits, and one beyond; in this process. */
class LimitsAtMachineTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final int HEADER_BYTES = 9_216;
  private static final int BODY_BYTES = 2_000;
  private static final int OF_ADDRESS = 12;
  private static final int CONNECTIONS = 20;
  private static final int PEER_CONNECTIONS = 5;
  private static final int WATCHES = 2;

  @TempDir static Path directory;
  private static Machine machine;
  private static HostPort clients;
  private static HostPort peers;

  private final List<Socket> sockets = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    clients = new HostPort("127.0.0.1", LoopbackPorts.free());
    peers = new HostPort("127.0.0.1", LoopbackPorts.free());
    String[] args = {
      "--name=m1",
      "--data-dir=" + directory.resolve("m1"),
      "--addr=" + clients,
      "--peer-addr=" + peers,
      "--cluster-state=new",
      "--max-connections=" + CONNECTIONS,
      "--max-connections-per-address=" + OF_ADDRESS,
      "--max-peer-connections=" + PEER_CONNECTIONS,
      "--max-header-bytes=" + HEADER_BYTES,
      "--max-request-bytes=" + BODY_BYTES,
      "--header-timeout=0.3",
      "--body-timeout=0.3",
      "--max-watches=" + WATCHES,
      "--max-pending-writes=1"
    };
    MachineOptions options =
        ((CliCommand.RunMachine) new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args)))
            .options();
    machine = new Machine(options, new SystemContext(options), new Untold(), "test");
    machine.start();
  }

  @AfterAll
  static void stop() {
    machine.close();
  }

  /** There is a leader, and no connection is left of the test before. */
  @BeforeEach
  void awaitPeace() {
    await().atMost(SOON).until(() -> ask(get("/health")).startsWith("HTTP/1.1 200 "));
    await()
        .atMost(SOON)
        .until(() -> ask(get("/metrics")).contains("understudy_client_connections 1.0\n"));
  }

  @AfterEach
  void disconnect() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Socket connect(HostPort port, String from) throws IOException {
    Socket socket =
        new Socket(InetAddress.getByName(port.host()), port.port(), InetAddress.getByName(from), 0);
    socket.setSoTimeout(20_000);
    sockets.add(socket);
    return socket;
  }

  private Socket begin(HostPort port, String request) throws IOException {
    Socket socket = connect(port, "127.0.0.1");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String ask(String request) throws IOException {
    try (Socket socket = begin(clients, request)) {
      return all(socket);
    }
  }

  /** What comes until the headers are over, which is all of a watch for now. */
  private static String head(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }

  private static String put(String target, int bodyBytes, int sentBytes) {
    String form = "value=" + "x".repeat(Math.max(0, sentBytes - 6));
    return "PUT "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        + bodyBytes
        + "\r\n\r\n"
        + form;
  }

  private static String withHeaders(int bytes) {
    String shortest = get("/health").replace("\r\n\r\n", "\r\nX: \r\n\r\n");
    return shortest.replace("X: ", "X: " + "x".repeat(bytes - shortest.length()));
  }

  private static Arguments limit(
      String what, String within, int status, String beyond, int refusal, String why) {
    return Arguments.of(what, within, status, beyond, refusal, why);
  }

  static Stream<Arguments> ofRequests() {
    return Stream.of(
        limit(
            "--max-header-bytes",
            withHeaders(HEADER_BYTES - 100),
            200,
            withHeaders(HEADER_BYTES + 100),
            431,
            "at most " + HEADER_BYTES + " bytes"),
        limit(
            "--max-request-bytes",
            put("/v2/keys/a", BODY_BYTES, BODY_BYTES),
            201,
            put("/v2/keys/b", BODY_BYTES + 1, BODY_BYTES + 1),
            413,
            "at most " + BODY_BYTES + " bytes"),
        limit(
            "--header-timeout",
            get("/health"),
            200,
            "GET /health HTTP/1.1\r\nHo",
            408,
            "within 300 ms of its first byte"),
        limit(
            "--body-timeout",
            put("/v2/keys/c", 20, 20),
            201,
            put("/v2/keys/d", 20, 10),
            408,
            "within 300 ms"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ofRequests")
  void aRequestWithinALimitIsTakenAndOneBeyondIsToldWhichItIs(
      String what, String within, int status, String beyond, int refusal, String why)
      throws IOException {
    // The machine itself may just be writing something, and only one may.
    await(what).atMost(SOON).until(() -> ask(within).startsWith("HTTP/1.1 " + status + " "));
    assertThat(ask(beyond)).as(what).startsWith("HTTP/1.1 " + refusal + " ").contains(why);
  }

  @Test
  void oneWatchTooManyIsToldSoAndALaterOneWaits() throws Exception {
    String watch = get("/v2/keys/w?wait=true");
    Socket first = begin(clients, watch);
    assertThat(head(first)).startsWith("HTTP/1.1 200 ");
    for (int i = 1; i < WATCHES; i++) {
      assertThat(head(begin(clients, watch))).startsWith("HTTP/1.1 200 ");
    }
    assertThat(ask(watch)).startsWith("HTTP/1.1 503 ").contains("--max-watches", "Retry-After: 1");
    assertThat(ask(get("/v1/session/list?index=9999&wait=10s")))
        .startsWith("HTTP/1.1 503 ")
        .contains("--max-watches", "Retry-After: 1");

    first.close();
    await().atMost(SOON).until(() -> head(begin(clients, watch)).startsWith("HTTP/1.1 200 "));
  }

  @Test
  void aBlockingQueryThatIsOverMakesRoom() throws Exception {
    for (int i = 0; i < 3 * WATCHES; i++) {
      assertThat(ask(get("/v1/session/list?index=9999&wait=10ms"))).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void oneConnectionTooManyOfAnAddressOrOfAllIsToldSo() throws Exception {
    for (int i = 0; i < OF_ADDRESS; i++) {
      hold("127.0.0.1");
    }
    assertThat(all(connect(clients, "127.0.0.1")))
        .startsWith("HTTP/1.1 503 ")
        .contains("too many connections from this address");
    for (int i = OF_ADDRESS; i < CONNECTIONS; i++) {
      hold("127.0.0.2");
    }
    assertThat(all(connect(clients, "127.0.0.3")))
        .startsWith("HTTP/1.1 503 ")
        .contains("too many connections to this machine");
  }

  /**
   * Has a connection that is taken, as its answer shows. One that went a moment ago may still be
   * counted, and the next be refused for it.
   */
  private void hold(String from) {
    String request = get("/version").replace("Connection: close\r\n", "");
    await()
        .atMost(SOON)
        .ignoreExceptions() // of one that is refused and closed before it has asked
        .until(
            () -> {
              Socket socket = connect(clients, from);
              socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
              boolean taken = head(socket).startsWith("HTTP/1.1 200 ");
              if (!taken) {
                socket.close();
              }
              return taken;
            });
  }

  @Test
  void oneConnectionTooManyOfMachinesThatAreAllBeingAnsweredIsToldSo() throws Exception {
    await()
        .atMost(SOON)
        .ignoreExceptions() // one that comes too early is let in, for want of the others
        .until(
            () -> {
              for (int i = 0; i < PEER_CONNECTIONS; i++) {
                begin(peers, put("/v2/admin/config", 20, 10));
              }
              Socket more = connect(peers, "127.0.0.1");
              more.setSoTimeout(500);
              return all(more).contains("too many connections to this machine");
            });
  }

  /** How many are under way at one moment is chance; of enough at once, some are too many. */
  @Test
  void oneWriteTooManyIsToldSo() {
    await()
        .atMost(SOON)
        .until(
            () -> {
              List<Socket> writers = new ArrayList<>();
              for (int i = 0; i < OF_ADDRESS - 2; i++) {
                writers.add(begin(clients, put("/v2/keys/many", 20, 20)));
              }
              boolean refused = false;
              for (Socket writer : writers) {
                String answer = all(writer);
                writer.close();
                refused |= answer.contains("too many proposals");
              }
              return refused;
            });
  }

  private static final class Untold implements MachineEvents {
    @Override
    public void ready(Mode mode) {}

    @Override
    public void changed(Mode mode, String reason) {}

    @Override
    public void failed(String reason) {}
  }
}
