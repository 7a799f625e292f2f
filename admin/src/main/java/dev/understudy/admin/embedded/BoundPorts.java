package dev.understudy.admin.embedded;

import dev.understudy.admin.machine.ListeningSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options in which every port is known, and what listens on those that were 0. A machine tells
 * others its addresses before it listens, so a free port has to be taken first, and not given back
 * before the machine has it.
 *
 * @param options with the ports that were free in the place of 0
 * @param sockets on these ports
 */
record BoundPorts(Map<String, String> options, ListeningSockets sockets) {
  private static final int BACKLOG = 1_024;

  private static final Pattern FORM =
      Pattern.compile("(https?://)?(?:\\[([^]]*)]|([^:]*))(?::(\\d+))?/?");

  /**
   * Takes free ports where the options ask for some.
   *
   * @throws IOException if one cannot be had; none is held then
   */
  static BoundPorts of(Map<String, String> given) throws IOException {
    Map<String, String> options = new LinkedHashMap<>(given);
    Optional<ServerSocketChannel> client = bind(options, "addr", "bind-addr");
    try {
      Optional<ServerSocketChannel> peer = bind(options, "peer-addr", "peer-bind-addr");
      return new BoundPorts(options, new ListeningSockets(client, peer));
    } catch (IOException | RuntimeException e) {
      new ListeningSockets(client, Optional.empty()).close();
      throw e;
    }
  }

  /** An address as it was given; what cannot be read is left to the one who reads options. */
  private record Address(String scheme, String host, String port) {
    static Address of(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        return new Address("", text, "?");
      }
      String host = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
      return new Address(text(matcher.group(1)), host, text(matcher.group(4)));
    }

    private static String text(String group) {
      return group == null ? "" : group;
    }

    boolean isOfFreePort() {
      return port.equals("0");
    }

    String at(int known) {
      return scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + known;
    }
  }

  private static Optional<ServerSocketChannel> bind(
      Map<String, String> options, String announced, String bound) throws IOException {
    Address told = Address.of(options.getOrDefault(announced, ""));
    Address listening = Address.of(options.getOrDefault(bound, ""));
    boolean follows = listening.port().isEmpty(); // the announced one's
    if (!listening.isOfFreePort() && !(told.isOfFreePort() && follows)) {
      return Optional.empty();
    }
    String host = listening.host().isEmpty() ? told.host() : listening.host();
    ServerSocketChannel socket = listen(host);
    int port = ((InetSocketAddress) socket.getLocalAddress()).getPort();
    if (told.isOfFreePort()) {
      options.put(announced, told.at(port));
    }
    if (listening.isOfFreePort()) {
      options.put(bound, listening.at(port));
    }
    return Optional.of(socket);
  }

  private static ServerSocketChannel listen(String host) throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open();
    try {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      socket.bind(new InetSocketAddress(host, 0), BACKLOG);
      return socket;
    } catch (IOException | UnresolvedAddressException e) {
      socket.close();
      throw new IOException("cannot listen on " + host + ": " + e.getMessage(), e);
    }
  }
}
