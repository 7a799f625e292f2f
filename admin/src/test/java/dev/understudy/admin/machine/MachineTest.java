package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.LogFormat;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.Telemetry;
import dev.understudy.clusterconfig.ClusterConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole machines on loopback, several in one process. */
class MachineTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(SOON).build();

  @TempDir Path directory;

  @Test
  void aMachineThatLosesItsSeatBecomesAStandbyAndTakesAnOpenSeatAgain() throws Exception {
    try (Subject one = new Subject("one");
        Subject two = new Subject("two", one);
        Subject three = new Subject("three", one, two);
        Subject four = new Subject("four", one, two, three)) {
      one.machine.start();
      assertThat(one.told).containsExactly("ready peer");
      two.machine.start();
      three.machine.start();
      assertThat(two.told).containsExactly("ready peer");
      assertThat(three.told).containsExactly("ready peer");
      four.machine.start();
      assertThat(four.told).as("three seats are taken").containsExactly("ready standby");
      put(one, "/v2/keys/a", "value=1");
      assertThat(metricsOf(two)).contains("\nunderstudy_leading ");
      await().atMost(SOON).until(() -> metricsStatus(two, "/health") == 200);
      assertThat(metricsStatus(two, "/v2/keys/a")).as("for metrics alone").isEqualTo(404);

      // Two votes are needed from now on, and there are three.
      remove(one, "two");
      await().atMost(SOON).until(() -> two.told.contains("changed standby"));
      await().atMost(SOON).until(() -> four.told.contains("changed peer"));
      await().atMost(SOON).until(() -> get(four, "/v2/keys/a") == 200);
      await("a standby redirects").atMost(SOON).until(() -> get(two, "/v2/keys/a") == 307);
      assertThat(metricsOf(two)).as("in each mode its own").contains("understudy_standby");
      assertThat(metricsStatus(two, "/v2/keys/a")).isEqualTo(404);

      remove(one, "four");
      await().atMost(SOON).until(() -> two.told.contains("changed peer") || four.told.size() > 3);
      assertThat(one.told).containsExactly("ready peer");
      for (Subject subject : List.of(one, two, three, four)) {
        assertThat(subject.told).noneMatch(each -> each.startsWith("failed"));
      }
    }
  }

  @Test
  void aMachineGoesOnWithItsDataAfterARestart() throws Exception {
    HostPort client = freePort();
    HostPort peer = freePort();
    try (Subject first = new Subject("one", client, peer, List.of())) {
      first.machine.start();
      put(first, "/v2/keys/a", "value=1");
    }
    try (Subject again = new Subject("one", client, peer, List.of())) {
      again.machine.start();
      await().atMost(SOON).until(() -> get(again, "/v2/keys/a?quorum=true") == 200);
    }
    try (Subject other = new Subject("one", client, freePort(), List.of())) {
      other.machine.start();
      assertThat(other.told).as("a new peer address is no reason to refuse").hasSize(1);
    }
  }

  @Test
  void closingIsSafeInEveryState() throws Exception {
    Subject never = new Subject("never");
    never.close();
    never.close();

    Subject alone = new Subject("alone", freePort(), freePort(), List.of(freePort()));
    assertThatThrownBy(alone.machine::start)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("no cluster could be joined");
    alone.close();

    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      HostPort port = new HostPort("127.0.0.1", taken.getLocalPort());
      Subject late = new Subject("late", freePort(), port, List.of());
      assertThatThrownBy(late.machine::start).isInstanceOf(StartRefusedException.class);
      late.close();
      Subject free = new Subject("late", freePort(), freePort(), List.of());
      free.machine.start();
      free.close();
      free.close();
      assertThat(free.told).containsExactly("ready peer");
    }
    await().atMost(SOON).until(MachineTest::noThreadIsLeft);
  }

  @Test
  void aMachineThatIsInterruptedWhileItStartsSaysSoAndLeavesNothing() throws Exception {
    try (Subject told = new Subject("told")) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(told.machine::start).isInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).as("the exception says it").isFalse();
      assertThat(told.told).isEmpty();
    }
    await().atMost(SOON).until(MachineTest::noThreadIsLeft);
  }

  @Test
  void noPortAnswersWithAPage() throws Exception {
    try (Subject one = new Subject("one")) {
      one.machine.start();
      for (HostPort port : List.of(one.options.clientAddress(), one.options.peerAddress())) {
        for (String request :
            List.of(
                "PUT /v2/admin/machines/%00 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0",
                "GET /%zz HTTP/1.1\r\nHost: localhost",
                "GET /v2/../../.. HTTP/1.1\r\nHost: localhost",
                "GET /a HTTP/1.1",
                "GET /a HTTP/9.9\r\nHost: localhost",
                "NONSENSE",
                "GET /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: x",
                "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\nHost: localhost",
                "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(40_000))) {
          String answer = raw(port, request);
          assertThat(answer)
              .as("%s: %s", port, abbreviated(request))
              .matches("(?s)HTTP/1.1 (4..|505) .*");
          assertThat(answer.toLowerCase(Locale.ROOT))
              .doesNotContain("<html", "text/html", "jetty", "exception");
        }
      }
    }
  }

  @Test
  void theHostOfAnAbsoluteTargetNeedNotBeThatOfTheHeader() throws Exception {
    try (Subject one = new Subject("one")) {
      one.machine.start();
      await().atMost(SOON).until(() -> get(one, "/v2/keys/?quorum=true") == 200);
      assertThat(
              raw(
                  one.options.clientAddress(),
                  "GET http://localhost/v2/keys/ HTTP/1.1\r\nHost: other:1"))
          .startsWith("HTTP/1.1 200 ");
      assertThat(
              raw(
                  one.options.peerAddress(),
                  "GET http://localhost:1/name HTTP/1.1\r\nHost: other:1"))
          .doesNotStartWith("HTTP/1.1 400 ");
      await()
          .atMost(SOON)
          .until(
              () ->
                  raw(
                          one.options.peerAddress(),
                          "GET http://localhost:1/name HTTP/1.1\r\nHost: other:1")
                      .startsWith("HTTP/1.1 200 "));
    }
  }

  /** As curl sends what is typed; the machine is not there, but its name has been understood. */
  @Test
  void aTargetNeedNotBeEscapedOnEitherPort() throws Exception {
    try (Subject one = new Subject("one")) {
      one.machine.start();
      await().atMost(SOON).until(() -> get(one, "/v2/keys/?quorum=true") == 200);
      assertThat(
              raw(one.options.clientAddress(), "GET /v2/keys/k\u00e4y HTTP/1.1\r\nHost: localhost"))
          .startsWith("HTTP/1.1 404 ")
          .contains("/k\u00e4y");
      assertThat(
              raw(
                  one.options.peerAddress(),
                  "GET /v2/admin/machines/m\u00e4<1 HTTP/1.1\r\nHost: localhost"))
          .startsWith("HTTP/1.1 404 ")
          .contains("\"errorCode\":100");
    }
  }

  private static String abbreviated(String request) {
    return request.substring(0, Math.min(60, request.length()));
  }

  private static String raw(HostPort port, String request) throws IOException {
    try (Socket socket = new Socket(port.host(), port.port())) {
      socket.setSoTimeout((int) SOON.toMillis());
      OutputStream out = socket.getOutputStream();
      out.write((request + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void twoMachinesNeverShareADirectory() throws Exception {
    try (Subject one = new Subject("one")) {
      one.machine.start();
      Subject second = new Subject("one");
      assertThatThrownBy(second.machine::start).isInstanceOf(StartRefusedException.class);
      second.close();
      put(one, "/v2/keys/a", "value=1");
    }
  }

  private static boolean noThreadIsLeft() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(
            thread ->
                thread
                    .getName()
                    .matches(
                        "(driver|leader|answers|snapshots|timer|mode|standby|wal|client|peer)-.*"));
  }

  private static HostPort freePort() throws IOException {
    return new HostPort("127.0.0.1", LoopbackPorts.free());
  }

  private static void put(Subject at, String path, String form) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(at.options.machine().clientUrl() + path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(SOON)
            .PUT(HttpRequest.BodyPublishers.ofString(form))
            .build();
    await().atMost(SOON).ignoreExceptions().until(() -> status(request) / 100 == 2);
  }

  private static int get(Subject at, String path) throws Exception {
    return status(
        HttpRequest.newBuilder(URI.create(at.options.machine().clientUrl() + path))
            .timeout(SOON)
            .build());
  }

  /** Until it is done; after an outcome that is not known (500), nothing may be left to do. */
  private static void remove(Subject at, String name) {
    List<Integer> told = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              told.add(asked(at, name));
              int last = told.get(told.size() - 1);
              return last == 200 || (last == 404 && told.contains(500));
            });
  }

  /** As an operator's tool would: to the leader, if the peer asked says that it is another. */
  private static int asked(Subject at, String name) throws Exception {
    URI url = URI.create(at.options.machine().peerUrl() + "/v2/admin/machines/" + name);
    HttpResponse<Void> answer = delete(url);
    return answer.statusCode() == 307
        ? delete(url.resolve(answer.headers().firstValue("Location").orElseThrow())).statusCode()
        : answer.statusCode();
  }

  private static HttpResponse<Void> delete(URI url) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(url).timeout(SOON).DELETE().build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private static int status(HttpRequest request) throws Exception {
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String metricsOf(Subject subject) throws Exception {
    return HTTP.send(metricsRequest(subject, "/metrics"), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static int metricsStatus(Subject subject, String path) throws Exception {
    return HTTP.send(metricsRequest(subject, path), HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static HttpRequest metricsRequest(Subject subject, String path) {
    String url = subject.options.telemetry().metricsAddress().orElseThrow().url();
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(SOON).build();
  }

  /** A machine and what it has told. */
  private final class Subject implements AutoCloseable, MachineEvents {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final MachineOptions options;
    private final Machine machine;

    Subject(String name, Subject... peers) throws IOException {
      this(
          name,
          freePort(),
          freePort(),
          List.of(peers).stream().map(peer -> peer.options.peerAddress()).toList());
    }

    Subject(String name, HostPort client, HostPort peer, List<HostPort> peers) throws IOException {
      options =
          new MachineOptions(
                  name,
                  directory.resolve(name),
                  client,
                  client,
                  peer,
                  peer,
                  peers,
                  new MachineOptions.Joining(3, 200),
                  new MachineOptions.Timing(50, 500, 1),
                  1_000,
                  new ClusterConfig(3, 1800, 1),
                  50,
                  false,
                  0,
                  false)
              .withTelemetry(new Telemetry(LogFormat.TEXT, 1_000, Optional.of(freePort())));
      machine = new Machine(options, new SystemContext(options), this, "test");
    }

    @Override
    public void ready(Mode mode) {
      told.add("ready " + mode.word());
    }

    @Override
    public void changed(Mode mode, String reason) {
      told.add("changed " + mode.word());
    }

    @Override
    public void failed(String reason) {
      told.add("failed " + reason);
    }

    @Override
    public void close() {
      machine.close();
    }
  }
}
