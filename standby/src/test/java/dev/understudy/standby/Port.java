package dev.understudy.standby;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A port on loopback that is open. */
record Port(Server server, ServerConnector connector) implements AutoCloseable {
  /** What the kernel keeps of a connection in either direction; it may take twice as much. */
  static final int BUFFER_BYTES = 1 << 16;

  /** Answers what the leader is asked; may block. */
  @FunctionalInterface
  interface Answer {
    void give(Request request, Response response) throws Exception;
  }

  static Port of(Handler handler) throws Exception {
    Server server = new Server(new QueuedThreadPool(16, 2));
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    connector.setAcceptedSendBufferSize(BUFFER_BYTES);
    connector.setAcceptedReceiveBufferSize(BUFFER_BYTES);
    connector
        .getConnectionFactory(HttpConnectionFactory.class)
        .getHttpConfiguration()
        .setUriCompliance(UriCompliance.UNSAFE);
    server.addConnector(connector);
    server.setHandler(handler);
    server.start();
    return new Port(server, connector);
  }

  static Port answering(Answer answer) throws Exception {
    return of(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            try {
              answer.give(request, response);
              callback.succeeded();
            } catch (IOException | UncheckedIOException e) {
              callback.failed(e);
            }
            return true;
          }
        });
  }

  String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
