package dev.understudy.admin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.BenchOptions;
import dev.understudy.admin.cli.BenchOptions.Workload;
import dev.understudy.admin.cli.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients beside a server that does what a test wants. */
class LoadRunTest {
  private static final long SECOND = 1_000_000_000;
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void end() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  private interface Answerer {
    /** An answer, or an empty text to break the connection off. */
    String to(int request);
  }

  private void serve(Answerer answerer) {
    threads.execute(
        () -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              threads.execute(() -> answer(socket, answerer));
            } catch (IOException e) {
              return; // the end of the test
            }
          }
        });
  }

  private void answer(Socket socket, Answerer answerer) {
    try (socket;
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream()) {
      int lineBytes = 0;
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n' && lineBytes == 0) {
          String answer = answerer.to(asked.incrementAndGet());
          if (answer.isEmpty()) {
            return;
          }
          out.write(answer.getBytes(StandardCharsets.US_ASCII));
        }
        lineBytes = next == '\n' ? 0 : next == '\r' ? lineBytes : lineBytes + 1;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Recording run(int clients, int rate, long count, long seconds) throws IOException {
    HostPort endpoint = new HostPort("127.0.0.1", server.getLocalPort());
    BenchOptions options =
        new BenchOptions(
            Workload.GET,
            "test",
            List.of(endpoint),
            clients,
            1,
            10,
            false,
            0,
            0,
            1,
            count,
            rate,
            false,
            Optional.empty());
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      all.add(
          new Client(
              Script.of(options, endpoint, i),
              new InetSocketAddress(endpoint.host(), endpoint.port()),
              Layer.PLAIN));
    }
    long now = System.nanoTime();
    Recording recording = new Recording(now);
    try (ClientLoop loop = new ClientLoop(all, System::nanoTime)) {
      loop.run(
          new LoadRun(
              recording,
              rate == 0 ? Optional.empty() : Optional.of(new Schedule(now, rate)),
              now + seconds * SECOND,
              count,
              (soFar, at) -> {}));
    }
    return recording;
  }

  @Test
  void aClosedLoopAsksExactlyAsOftenAsItWasTold() throws IOException {
    serve(request -> OK);
    Recording recording = run(3, 0, 500, 60);
    assertThat(recording.requests()).isEqualTo(500);
    assertThat(recording.failures()).isEmpty();
    assertThat(asked).hasValue(500);
  }

  @Test
  void anOpenLoopAsksAsOftenAsTheRateSays() throws IOException {
    serve(request -> OK);
    Recording recording = run(20, 200, Long.MAX_VALUE, 2);
    assertThat(recording.requests() + recording.failed()).isEqualTo(400);
  }

  @Test
  void refusalsAndBrokenConnectionsAreCountedByKind() throws IOException {
    serve(
        request ->
            switch (request % 10) {
              case 3 -> "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
              case 7 -> "";
              default -> OK;
            });
    Recording recording = run(1, 0, 80, 60);
    assertThat(recording.requests()).isEqualTo(80);
    assertThat(recording.failures().get("HTTP 503")).isEqualTo(10);
    assertThat(recording.failures().entrySet())
        .filteredOn(failure -> failure.getKey().startsWith("broken"))
        .singleElement()
        .satisfies(failure -> assertThat(failure.getValue()).isEqualTo(10));
  }

  @Test
  void aConnectionThatTheServerClosesByRightIsNoFailure() throws IOException {
    serve(request -> "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
    Recording recording = run(2, 0, 20, 60);
    assertThat(recording.requests()).isEqualTo(20);
    assertThat(recording.failures()).isEmpty();
  }
}
