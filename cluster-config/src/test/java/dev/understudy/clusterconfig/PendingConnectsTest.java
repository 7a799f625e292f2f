package dev.understudy.clusterconfig;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;

class PendingConnectsTest {
  private static final InetSocketAddress NOBODY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final PendingConnects pending = new PendingConnects();
  private final ClientConnector connector = new ClientConnector();

  private SocketChannel begun() throws IOException {
    SocketChannel channel = SocketChannel.open();
    pending.onConnectBegin(channel, NOBODY);
    return channel;
  }

  @Test
  void whatIsConnectedOrHasFailedIsLeftToItsClient() throws Exception {
    try (SocketChannel connected = begun();
        SocketChannel failed = begun()) {
      pending.onConnectSuccess(connected);
      pending.onConnectFailure(failed, NOBODY, new IOException("refused"));
      pending.lifeCycleStopped(connector);
      assertThat(connected.isOpen()).isTrue();
      assertThat(failed.isOpen()).isTrue();
    }
  }

  @Test
  void whatIsBeingConnectedAtTheStopIsClosedAndWhatBeginsBehindItToo() throws Exception {
    try (SocketChannel before = begun()) {
      assertThat(before.isOpen()).isTrue();
      pending.lifeCycleStopped(connector);
      assertThat(before.isOpen()).isFalse();
    }
    try (SocketChannel behind = begun()) {
      assertThat(behind.isOpen()).isFalse();
    }
    pending.lifeCycleStarting(connector);
    try (SocketChannel again = begun()) {
      assertThat(again.isOpen()).isTrue();
    }
  }

  @Test
  void jettyTellsOfEveryConnectionWhatBecameOfIt() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    connector.addEventListener(pending);
    HttpClient client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(client.GET(url).getStatus()).isEqualTo(404);
      assertThatThrownBy(() -> client.GET("http://127.0.0.1:" + NOBODY.getPort()))
          .isInstanceOf(ExecutionException.class);
      await().atMost(Duration.ofSeconds(30)).until(() -> pending.count() == 0);
    } finally {
      LifeCycle.stop(client);
      server.stop(0);
    }
  }
}
