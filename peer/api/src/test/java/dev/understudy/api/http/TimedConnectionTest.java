package dev.understudy.api.http;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.FillInterest;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a connection goes on to its next request; its times are tested with the client API. */
class TimedConnectionTest {
  /** A server's threads that remember which connections they were given. */
  private static final class WatchedThreads extends QueuedThreadPool {
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();

    private WatchedThreads() {
      super(8, 2);
    }

    @Override
    public void execute(Runnable task) {
      if (task instanceof TimedConnection) {
        connections.add(task);
      }
      super.execute(task);
    }
  }

  /** Lets the test run deadlines, and something else between their end and that of the wait. */
  private final class HaltingConnector extends ServerConnector {
    private HaltingConnector() {
      super(
          server, null, new Deadlines(), null, 1, 1, new HttpConnections(new HttpConfiguration()));
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(
        SocketChannel channel, ManagedSelector selector, SelectionKey key) {
      SocketChannelEndPoint endPoint =
          new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
            @Override
            public FillInterest getFillInterest() {
              beforeAWaitFails.run();
              return super.getFillInterest();
            }
          };
      endPoint.setIdleTimeout(getIdleTimeout());
      return endPoint;
    }
  }

  private final class Deadlines extends ScheduledExecutorScheduler {
    @Override
    public Task schedule(Runnable task, long delay, TimeUnit unit) {
      if (task.getClass().getEnclosingClass() == TimedConnection.class) {
        deadlines.add(task);
        return () -> false;
      }
      return super.schedule(task, delay, unit);
    }
  }

  /** Answers what may block, by what it says. */
  private static final class Blocking extends Handler.Wrapper {
    private Blocking(Handler handler) {
      super(handler);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.BLOCKING;
    }
  }

  private final WatchedThreads threads = new WatchedThreads();
  private final Server server = new Server(threads);
  private final BlockingQueue<Runnable> deadlines = new LinkedBlockingQueue<>();
  private volatile Runnable beforeAWaitFails = () -> {};
  private final ServerConnector connector = new HaltingConnector();
  private final ExecutorService answers = Executors.newSingleThreadExecutor();
  private final Door door =
      new Door(
          Dialect.PLAIN,
          RouteTable.of(
              Route.at("/echo").on(this::readAndEcho, "PUT"),
              Route.at("/later").on(this::nameLater, "GET"),
              Route.at("/now").on(e -> e.text(200, Thread.currentThread().getName()), "GET")));
  private final Semaphore asked = new Semaphore(0);
  private final Semaphore sentAhead = new Semaphore(0);
  private volatile boolean entered;
  private RawHttpConnection wire;

  private void readAndEcho(HttpExchange exchange) {
    entered = true;
    exchange.body(body -> echo(exchange, body));
  }

  private void echo(HttpExchange exchange, byte[] body) {
    exchange.await(
        CompletableFuture.supplyAsync(() -> new String(body, UTF_8), answers),
        text -> exchange.text(200, text));
  }

  private void nameLater(HttpExchange exchange) {
    exchange.await(
        CompletableFuture.supplyAsync(
            () -> {
              sentAhead.acquireUninterruptibly();
              return Thread.currentThread().getName();
            },
            answers),
        name -> exchange.text(200, name));
    asked.release();
  }

  /** Of which nobody has more than there are connections, or garbage would take them all. */
  @Test
  void whatEndsARequestThatIsNoneWaitsForAThreadOfThePool() throws Exception {
    threads.setName("pool");
    threads.setReservedThreads(0);
    Set<String> names = ConcurrentHashMap.newKeySet();
    server.setErrorHandler(
        (request, response, callback) -> {
          names.add(Thread.currentThread().getName());
          return new PlainErrorHandler(8_192).handle(request, response, callback);
        });
    serve(door);
    for (int i = 0; i < 5; i++) {
      try (RawHttpConnection garbage = new RawHttpConnection(connector.getLocalPort())) {
        garbage.send("\0\1\2 garbage\r\n\r\n");
        assertThat(garbage.answer("GET").status()).isEqualTo(400);
      }
    }
    assertThat(names).allMatch(name -> name.startsWith("pool"));
  }

  private void serve(Handler handler) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(handler);
    server.setStopTimeout(0);
    server.start();
    wire = new RawHttpConnection(connector.getLocalPort());
  }

  private String echoed(String body) throws IOException {
    return wire.body("PUT", "/echo", "text/plain", body).body();
  }

  @AfterEach
  void stop() {
    wire.close();
    LifeCycle.stop(server);
    answers.shutdownNow();
  }

  @Test
  void theThreadThatAnswersGoesOnWithTheConnectionWhereNothingBlocks() throws Exception {
    serve(door);

    for (int i = 0; i < 1_000; i++) {
      assertThat(echoed("number " + i)).isEqualTo("number " + i);
    }

    assertThat(threads.connections).isEmpty();
  }

  @Test
  void aConnectionGoesToTheThreadsOfTheServerWhereSomethingMayBlock() throws Exception {
    serve(new Blocking(door));

    await().until(() -> echoed("x").equals("x") && !threads.connections.isEmpty());
  }

  @Test
  void theThreadThatAnswersKeepsOutOfRequestsThatWereSentAhead() throws Exception {
    serve(door);

    for (int round = 0; round < 100; round++) {
      wire.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
      asked.acquire();
      wire.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n".repeat(3));
      sentAhead.release();

      String answering = wire.answer("GET").body();

      for (int i = 0; i < 3; i++) {
        assertThat(wire.answer("GET").body()).isNotEqualTo(answering);
      }
    }
  }

  /** Else the time of the head would end the wait for the body. */
  @Test
  void aHeadThatCompletesAsItsTimePassesIsTooLate() throws Exception {
    serve(door);
    wire.send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n");
    Runnable deadline = deadlines.take();
    beforeAWaitFails =
        () -> {
          beforeAWaitFails = () -> {};
          sendTheEndOfAHead();
          await().until(() -> isEnded() || isReadingABody());
        };

    deadline.run();

    assertThat(wire.answer("PUT").status()).isEqualTo(408);
    assertThat(entered).isFalse();
  }

  private void sendTheEndOfAHead() {
    try {
      wire.send("\r\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isEnded() {
    return connector.getConnectedEndPoints().isEmpty();
  }

  private boolean isReadingABody() {
    return entered
        && connector.getConnectedEndPoints().stream().anyMatch(EndPoint::isFillInterested);
  }

  @Test
  void requestsThatCameTogetherAreAnsweredInOrder() throws Exception {
    serve(door);
    StringBuilder together = new StringBuilder();
    for (int i = 100; i < 200; i++) {
      together.append("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n").append(i);
    }
    wire.send(together.toString());

    for (int i = 100; i < 200; i++) {
      assertThat(wire.answer("PUT").body()).isEqualTo(Integer.toString(i));
    }
  }
}
