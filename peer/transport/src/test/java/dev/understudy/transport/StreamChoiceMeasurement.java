package dev.understudy.transport;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/**
 * Which carrier is cheaper for a stream of batches, WebSocket frames or one endless HTTP request?
 *
 * <p>Both send on loopback, one way, one write in flight at a time as the transport does it. Sender
 * and receiver share this process, so CPU is the price of both ends together. The figures stand in
 * the package's description. Run it with the module's test class path:
 *
 * <pre>java -cp ... dev.understudy.transport.StreamChoiceMeasurement [seconds]</pre>
 */
final class StreamChoiceMeasurement {
  private static final int MESSAGE_BYTES = 300;

  /** Jetty's default of 4 KiB makes five reads of a frame of 64 messages. */
  private static final int BUFFER_BYTES = Integer.getInteger("buffer", 64 << 10);

  private static final int[] BATCHES = {1, 64};

  private StreamChoiceMeasurement() {}

  /** Sends one frame and calls back when it is written. */
  private interface Carrier {
    void write(byte[] frame, Runnable written);
  }

  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    LongAdder arrived = new LongAdder();
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Sink(arrived));
    ServerWebSocketContainer container = ServerWebSocketContainer.ensure(server);
    container.setInputBufferSize(BUFFER_BYTES);
    container.setOutputBufferSize(BUFFER_BYTES);
    server.start();
    HttpClient http = new HttpClient();
    WebSocketClient webSocket = new WebSocketClient(http);
    webSocket.setInputBufferSize(BUFFER_BYTES);
    webSocket.setOutputBufferSize(BUFFER_BYTES);
    webSocket.start();
    try {
      Carrier frames = webSocketCarrier(webSocket, connector.getLocalPort());
      Carrier request = requestCarrier(http, connector.getLocalPort());
      for (int batch : BATCHES) {
        report("websocket warm-up", frames, arrived, batch, 2);
        report("request   warm-up", request, arrived, batch, 2);
      }
      for (int round = 0; round < 2; round++) {
        for (int batch : BATCHES) {
          report("websocket", frames, arrived, batch, seconds);
          report("request  ", request, arrived, batch, seconds);
        }
      }
    } finally {
      webSocket.stop();
      http.stop();
      server.stop();
    }
  }

  private static Carrier webSocketCarrier(WebSocketClient client, int port) throws Exception {
    Session session =
        client
            .connect(
                new CountingListener(new LongAdder()),
                URI.create("ws://127.0.0.1:" + port + "/stream"))
            .get(5, TimeUnit.SECONDS);
    return (frame, written) ->
        session.sendBinary(
            ByteBuffer.wrap(frame),
            org.eclipse.jetty.websocket.api.Callback.from(written, Throwable::printStackTrace));
  }

  private static Carrier requestCarrier(HttpClient client, int port) {
    AsyncRequestContent content = new AsyncRequestContent();
    client
        .newRequest("http://127.0.0.1:" + port + "/request")
        .method("POST")
        .body(content)
        .send(result -> {});
    return (frame, written) ->
        content.write(
            ByteBuffer.wrap(frame), Callback.from(written, failure -> failure.printStackTrace()));
  }

  private static void report(String name, Carrier carrier, LongAdder arrived, int batch, int secs)
      throws InterruptedException {
    byte[] frame = new byte[batch * MESSAGE_BYTES];
    arrived.reset();
    long cpuBefore = cpuNanos();
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(secs);
    Semaphore inFlight = new Semaphore(1);
    long frames = 0;
    while (System.nanoTime() < end) {
      if (!inFlight.tryAcquire(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + ": the write does not end");
      }
      carrier.write(frame, inFlight::release);
      frames++;
    }
    while (arrived.sum() < frames * frame.length) {
      Thread.onSpinWait();
      if (System.nanoTime() > end + TimeUnit.SECONDS.toNanos(5)) {
        throw new IllegalStateException(name + ": lost bytes");
      }
    }
    double elapsed = (System.nanoTime() - begin) / 1e9;
    double messages = (double) frames * batch;
    System.out.printf(
        "%s  batch %2d: %,12.0f messages/s  %6.2f us CPU per message%n",
        name, batch, messages / elapsed, (cpuNanos() - cpuBefore) / 1e3 / messages);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Counts what arrives on either way. */
  private static final class Sink extends Handler.Abstract {
    private final LongAdder arrived;

    private Sink(LongAdder arrived) {
      this.arrived = arrived;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (Request.getPathInContext(request).equals("/stream")) {
        ServerWebSocketContainer.get(request.getContext())
            .upgrade((req, res, cb) -> new CountingListener(arrived), request, response, callback);
      } else {
        drain(request, callback);
      }
      return true;
    }

    private void drain(Request request, Callback callback) {
      while (true) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(() -> drain(request, callback));
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          callback.failed(chunk.getFailure());
          return;
        }
        arrived.add(chunk.remaining());
        boolean last = chunk.isLast();
        chunk.release();
        if (last) {
          callback.succeeded();
          return;
        }
      }
    }
  }

  /** Must be reachable for Jetty, which looks its methods up. */
  public static final class CountingListener implements Session.Listener {
    private final LongAdder arrived;
    private Session session;

    CountingListener(LongAdder arrived) {
      this.arrived = arrived;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
      session = opened;
      opened.demand();
    }

    @Override
    public void onWebSocketBinary(
        ByteBuffer payload, org.eclipse.jetty.websocket.api.Callback callback) {
      arrived.add(payload.remaining());
      callback.succeed();
      session.demand();
    }
  }
}
