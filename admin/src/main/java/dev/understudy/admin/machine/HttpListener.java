package dev.understudy.admin.machine;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.api.http.RequestId;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that this machine listens on for as long as it runs, whatever its mode.
 *
 * <p>{@link #open} and {@link #close} block; {@link #answerWith} may be called from any thread.
 */
final class HttpListener {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  /** How many connections may wait to be accepted. */
  static final int ACCEPT_QUEUE_SIZE = 1024;

  private static final int MAX_THREADS = 64;
  private static final long STOP_TIMEOUT_MILLIS = 500;

  /** What a connection may stay idle for when the port closes: keep-alive is no request. */
  private static final long STOP_IDLE_MILLIS = 100;

  private static final int MAX_LOGGED_TARGET = 200;

  private final HostPort address;
  private final Optional<ServerSocketChannel> socket;
  private final Server server;
  private final LimitedConnector connector;
  private final SwitchHandler handler;
  private final Handler nobody;

  /**
   * @param what the kind of port and whose it is, for threads
   * @param socket listens at that address already; empty where it is to be made
   * @param tls how it speaks TLS; empty where it does not
   * @param invocationType NON_BLOCKING when everything that will answer here never blocks
   * @param bounds what it holds
   * @param clockMillis monotonic
   * @param nobody answers while there is no mode
   * @param preparation what else the server needs
   */
  HttpListener(
      String what,
      HostPort address,
      Optional<ServerSocketChannel> socket,
      Optional<PortTls> tls,
      HttpConfiguration configuration,
      InvocationType invocationType,
      PortBounds bounds,
      LongSupplier clockMillis,
      Handler nobody,
      Consumer<Server> preparation) {
    this.address = address;
    this.socket = socket;
    this.nobody = nobody;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName(what);
    threads.setDaemon(true);
    server = new Server(threads, new ScheduledExecutorScheduler(what + "-scheduler", true), null);
    int selectors = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    connector =
        new LimitedConnector(
            server,
            selectors,
            LimitedConnector.protocols(configuration, tls, bounds.headMillis()),
            bounds,
            () -> TimeUnit.MILLISECONDS.toNanos(clockMillis.getAsLong()));
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE_SIZE);
    connector.setReuseAddress(true);
    connector.setShutdownIdleTimeout(STOP_IDLE_MILLIS);
    server.addConnector(connector);
    handler = new SwitchHandler(invocationType, nobody);
    server.setHandler(handler);
    if (logsEveryRequest()) {
      server.setRequestLog(HttpListener::logRequest);
    }
    preparation.accept(server);
  }

  /** Whether there is a line for each request. */
  static boolean logsEveryRequest() {
    return LOG.isTraceEnabled();
  }

  /** A line for each request, once it is answered. */
  private static void logRequest(Request request, Response response) {
    String target = request.getHttpURI().getPathQuery();
    LOG.trace(
        "{} {} from {}: {} after {} ms (request {})",
        request.getMethod(),
        target.length() <= MAX_LOGGED_TARGET
            ? target
            : target.substring(0, MAX_LOGGED_TARGET) + "…",
        Request.getRemoteAddr(request),
        response.getStatus(),
        NanoTime.millisSince(request.getBeginNanoTime()),
        response.getHeaders().get(RequestId.HEADER));
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if the port is taken or the address is not this machine's
   */
  void open() throws IOException {
    try {
      if (socket.isPresent()) {
        connector.open(socket.get());
      }
      server.start();
    } catch (Exception e) {
      close();
      throw new IOException("cannot listen on " + address + ": " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof UnresolvedAddressException || root.getMessage() == null
        ? "the address is not known here"
        : root.getMessage();
  }

  /** How many connections there are. */
  int connections() {
    return connector.connections();
  }

  /** How many there may be. */
  int maxConnections() {
    return connector.maxConnections();
  }

  /** Lets a mode answer from now on. */
  void answerWith(Handler next) {
    try {
      handler.switchTo(next);
    } catch (Exception e) {
      throw new IllegalStateException("a handler could not be switched in", e);
    }
  }

  /** Answers 503 from now on, until the next mode. */
  void answerNothing() {
    answerWith(nobody);
  }

  /**
   * Takes no new connections, and ends each of the others after its next answer. Requests on them
   * are answered as before.
   */
  void drain() {
    handler.drain();
    connector.close();
  }

  /** Stops listening and ends every connection as it stands, requests under way too. */
  void cutOff() {
    connector.close();
    connector.getConnectedEndPoints().forEach(EndPoint::close);
  }

  /**
   * Stops listening, lets requests under way end for a moment, and ends every connection.
   * Idempotent.
   */
  void close() {
    try {
      awaitRequests();
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server on " + address + " could not be stopped", e);
    }
  }

  private void awaitRequests() throws Exception {
    if (!server.isRunning()) {
      return;
    }
    try {
      connector.shutdown().get(STOP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      long unanswered =
          connector.getConnectedEndPoints().stream()
              .filter(endPoint -> isUnanswered(LimitedConnector.spokenOn(endPoint)))
              .count();
      if (unanswered > 0) {
        LOG.info("{} requests on {} did not end in time and are cut off", unanswered, address);
      }
    }
  }

  private static boolean isUnanswered(Connection connection) {
    return connection instanceof ConnectionMetaData
        && connection.getMessagesIn() > connection.getMessagesOut();
  }
}
