package dev.understudy.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The way to a server on loopback, on which connections can be cut and refused. */
final class CuttableWay implements AutoCloseable {
  private final InetSocketAddress target;
  private final HeldPort port = new HeldPort();
  private final ServerSocket door = new ServerSocket();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch refusing = new CountDownLatch(1);

  CuttableWay(int targetPort) throws IOException {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    door.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    door.bind(port.address(), 50);
    threads.execute(this::accept);
  }

  URI url() throws IOException {
    return URI.create("http://127.0.0.1:" + port.number());
  }

  /** Breaks what stands, as a kernel does with the connections of a process that has ended. */
  void cut() {
    for (Socket socket : sockets) {
      close(socket);
    }
  }

  /** From now on nobody listens here. What stands goes on. */
  void refuse() throws IOException {
    door.close();
    try {
      // Until its thread has left it the kernel takes connections for a door that is closed.
      refusing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        Socket far = new Socket();
        sockets.add(near);
        sockets.add(far);
        connect(near, far);
        threads.execute(() -> carry(near, far));
        threads.execute(() -> carry(far, near));
      } catch (IOException e) {
        // The door was closed, or a connection was cut while it was made.
        continue;
      }
    }
    refusing.countDown();
  }

  private void connect(Socket near, Socket far) throws IOException {
    try {
      far.connect(target);
    } catch (IOException e) {
      close(near);
      throw e;
    }
  }

  private void carry(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // Cut; what remains of it is closed below.
      close(from);
    }
    close(from);
    close(to);
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    refuse();
    cut();
    threads.shutdownNow();
    port.close();
  }
}
