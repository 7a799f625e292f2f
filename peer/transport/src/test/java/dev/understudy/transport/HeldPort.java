package dev.understudy.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * A port on loopback that nobody else is given, whether somebody listens there or not. This does
 * not: until somebody does, and again afterwards, connections are refused. Whoever listens has to
 * set {@link StandardSocketOptions#SO_REUSEPORT} as this does.
 */
final class HeldPort implements AutoCloseable {
  private final SocketChannel held = SocketChannel.open();

  HeldPort() throws IOException {
    held.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  SocketAddress address() throws IOException {
    return held.getLocalAddress();
  }

  int number() throws IOException {
    return ((InetSocketAddress) held.getLocalAddress()).getPort();
  }

  @Override
  public void close() throws IOException {
    held.close();
  }
}
