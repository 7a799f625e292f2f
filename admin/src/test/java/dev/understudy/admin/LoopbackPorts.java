package dev.understudy.admin;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Ports of loopback that nobody listens on, each given once. */
public final class LoopbackPorts {
  private static final Set<Integer> GIVEN = new HashSet<>();

  private LoopbackPorts() {}

  /** The system may name a port again as soon as it is free, for another machine of a test. */
  public static synchronized int free() throws IOException {
    int port;
    do {
      port = proposed();
    } while (!GIVEN.add(port));
    return port;
  }

  private static int proposed() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
