package dev.understudy.clusterconfig;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A peer port on loopback that answers what a test tells it to and remembers what it was asked. */
final class FakePeer implements AutoCloseable {
  /** One request as it came in, complete. */
  record Seen(String method, String path, String contentType, String notice, String body) {}

  /** What to answer; a status below 0 means no answer at all. */
  record Told(int status, String header, String headerValue, String body) {
    static Told ok(String body) {
      return new Told(200, null, null, body);
    }

    static Told redirect(String location) {
      return new Told(307, "Location", location, "");
    }

    static Told silence() {
      return new Told(-1, null, null, "");
    }
  }

  /** Chooses the answer. */
  interface Script {
    Told answer(Seen seen);
  }

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Server server;
  private final ServerConnector connector;

  FakePeer(Script script) throws Exception {
    server = new Server(new QueuedThreadPool(6, 1));
    connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setStopTimeout(0);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            Seen one =
                new Seen(
                    request.getMethod(),
                    request.getHttpURI().getPathQuery(),
                    request.getHeaders().get("Content-Type"),
                    request.getHeaders().get(StandbyNotice.HEADER),
                    Content.Source.asString(request, StandardCharsets.UTF_8));
            seen.add(one);
            write(script.answer(one), response, callback);
            return true;
          }
        });
    server.start();
  }

  private static void write(Told told, Response response, Callback callback) {
    if (told.status() < 0) {
      return; // the exchange stays open until the client gives up
    }
    response.setStatus(told.status());
    if (told.header() != null) {
      response.getHeaders().put(told.header(), told.headerValue());
    }
    Content.Sink.write(response, true, told.body(), callback);
  }

  String url() {
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("a fake peer does not stop", e);
    }
  }
}
