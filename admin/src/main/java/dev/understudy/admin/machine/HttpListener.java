package dev.understudy.admin.machine;

import dev.understudy.admin.cli.HostPort;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that this machine listens on for as long as it runs, whatever its mode.
 *
 * <p>{@link #open} and {@link #close} block; {@link #answerWith} may be called from any thread.
 */
final class HttpListener {
  private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);

  private static final int MAX_THREADS = 64;
  private static final long STOP_TIMEOUT_MILLIS = 500;

  private final HostPort address;
  private final Server server;
  private final SwitchHandler handler;
  private final Handler nobody;

  /**
   * @param what the kind of port, for threads and messages
   * @param invocationType NON_BLOCKING when everything that will answer here never blocks
   * @param nobody answers while there is no mode
   * @param preparation what else the server needs
   */
  HttpListener(
      String what,
      HostPort address,
      HttpConfiguration configuration,
      InvocationType invocationType,
      Handler nobody,
      Consumer<Server> preparation) {
    this.address = address;
    this.nobody = nobody;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName(what + "-" + address.port());
    threads.setDaemon(true);
    server = new Server(threads);
    int selectors = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
    ServerConnector connector =
        new ServerConnector(server, 1, selectors, new HttpConnectionFactory(configuration));
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setAcceptQueueSize(1024);
    connector.setReuseAddress(true);
    server.addConnector(connector);
    handler = new SwitchHandler(invocationType, nobody);
    server.setHandler(handler);
    server.setStopTimeout(STOP_TIMEOUT_MILLIS);
    preparation.accept(server);
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if the port is taken or the address is not this machine's
   */
  void open() throws IOException {
    try {
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
    return root.getMessage();
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
   * Stops listening, lets requests under way end for a moment, and ends every connection.
   * Idempotent.
   */
  void close() {
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.info("requests on {} were cut off, they did not end in time", address);
    } catch (Exception e) {
      throw new IllegalStateException("the server on " + address + " could not be stopped", e);
    }
  }
}
