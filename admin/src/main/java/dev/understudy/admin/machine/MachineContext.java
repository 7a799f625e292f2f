package dev.understudy.admin.machine;

import dev.understudy.peer.PeerContext;
import dev.understudy.transport.HttpTransport;
import dev.understudy.transport.TransportOptions;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** The real world: clocks, randomness, and connections to other peers. */
public final class MachineContext implements AutoCloseable {
  private static final int CLIENT_THREADS = 32;

  /** Jetty would wait for five seconds, which is all the time that a process has to end. */
  private static final long STOP_TIMEOUT_MILLIS = 500;

  private final SecureRandom seeds = new SecureRandom();
  private final WebSocketClient connections;

  public MachineContext() {
    QueuedThreadPool threads = new QueuedThreadPool(CLIENT_THREADS, 2);
    threads.setName("peer-connections");
    threads.setDaemon(true);
    threads.setStopTimeout(STOP_TIMEOUT_MILLIS);
    HttpClient http = new HttpClient();
    http.setExecutor(threads);
    connections = new WebSocketClient(http);
    HttpTransport.prepare(connections);
  }

  void start() throws IOException {
    try {
      connections.start();
    } catch (Exception e) {
      throw new IOException("connections to other peers cannot be made: " + e.getMessage(), e);
    }
  }

  /** What one peer needs. */
  PeerContext forPeer() {
    return new PeerContext(
        (self, snapshots, timer) -> {
          HttpTransport network =
              new HttpTransport(
                  self, TransportOptions.DEFAULT, snapshots, connections, timer, newRandom());
          return new PeerContext.Link(network, network.handler());
        },
        this::monotonicMillis,
        System::currentTimeMillis,
        newRandom());
  }

  long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  RandomGenerator newRandom() {
    return new SplittableRandom(seeds.nextLong());
  }

  /** An id for a cluster or a member; never 0. */
  long newId() {
    long id = seeds.nextLong();
    return id == 0 ? 1 : id;
  }

  @Override
  public void close() {
    try {
      connections.stop();
      connections.getHttpClient().stop();
    } catch (Exception e) {
      throw new IllegalStateException("connections to other peers could not be closed", e);
    }
  }
}
