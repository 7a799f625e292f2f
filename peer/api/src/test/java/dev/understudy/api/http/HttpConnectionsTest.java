package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;

class HttpConnectionsTest {
  private static final int CONNECTIONS = 300;
  private static final int MAX_BYTES_EACH = 25_000; // both ends of one are in this process

  /** What thousands of clients cost that ask now and then and keep their connection. */
  @Test
  void aConnectionThatHasAskedTwiceHoldsLittleOfTheHeap() throws Exception {
    Server server = new Server();
    ServerConnector connector =
        new ServerConnector(server, 0, 1, new HttpConnections(HttpConnections.configuration(8192)));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Empty());
    server.start();
    List<RawHttpConnection> clients = new ArrayList<>();
    try {
      clients.add(asked(connector)); // loads what all have in common
      long before = heldBytes();
      for (int i = 0; i < CONNECTIONS; i++) {
        clients.add(asked(connector));
      }
      assertThat((heldBytes() - before) / CONNECTIONS).isLessThan(MAX_BYTES_EACH);
    } finally {
      for (RawHttpConnection client : clients) {
        client.close();
      }
      LifeCycle.stop(server);
    }
  }

  private static RawHttpConnection asked(ServerConnector connector) throws Exception {
    RawHttpConnection client = new RawHttpConnection(connector.getLocalPort());
    for (int request = 0; request < 2; request++) { // the second is what a cache would serve
      client.send("GET /v2/keys/a HTTP/1.1\r\nHost: h\r\nUser-Agent: any\r\nX-Own: b\r\n\r\n");
      assertThat(client.answer("GET").status()).isEqualTo(200);
    }
    return client;
  }

  private static long heldBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static final class Empty extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.write(true, ByteBuffer.allocate(0), callback);
      return true;
    }
  }
}
