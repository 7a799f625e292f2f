package dev.understudy.testkit.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.io.ClientConnector.ConnectListener;

/**
 * The connections between the machines of a cluster. One that is cut ends at once on both sides;
 * new ones are refused until it is healed. Any thread.
 */
final class Cables {
  /** Which machine has which ports, for as long as the cluster is there. */
  private final Map<Integer, String> owners = new HashMap<>();

  private final Map<String, Map<SocketChannel, Integer>> made = new HashMap<>();
  private final Set<Set<String>> cuts = new HashSet<>();
  private final Set<String> unplugged = new HashSet<>();

  /** Says whose ports these are. */
  synchronized void assign(String machine, int clientPort, int peerPort) {
    owners.put(clientPort, machine);
    owners.put(peerPort, machine);
  }

  /** What hears of one machine's connections. */
  ConnectListener of(String machine) {
    return new ConnectListener() {
      @Override
      public void onConnectBegin(SocketChannel channel, SocketAddress to) {
        begin(machine, channel, ((InetSocketAddress) to).getPort());
      }

      @Override
      public void onConnectFailure(SocketChannel channel, SocketAddress to, Throwable failure) {
        forget(machine, channel);
      }
    };
  }

  private synchronized void begin(String machine, SocketChannel channel, int port) {
    Map<SocketChannel, Integer> all = made.computeIfAbsent(machine, first -> new HashMap<>());
    all.keySet().removeIf(old -> !old.isOpen());
    if (isCut(machine, owners.getOrDefault(port, ""))) {
      close(channel); // and the connection fails
    } else {
      all.put(channel, port);
    }
  }

  private synchronized void forget(String machine, SocketChannel channel) {
    made.getOrDefault(machine, Map.of()).keySet().removeIf(channel::equals);
  }

  private boolean isCut(String one, String other) {
    return unplugged.contains(one)
        || unplugged.contains(other)
        || (!one.equals(other) && cuts.contains(Set.of(one, other)));
  }

  /** Between two machines, in both directions. */
  synchronized void cut(String one, String other) {
    cuts.add(Set.of(one, other));
    endWhatIsCut();
  }

  synchronized void heal(String one, String other) {
    cuts.remove(Set.of(one, other));
  }

  /** Every cut between two. */
  synchronized void heal() {
    cuts.clear();
  }

  /** Of one machine, to all others. */
  synchronized void unplug(String machine) {
    unplugged.add(machine);
    endWhatIsCut();
  }

  synchronized void plugIn(String machine) {
    unplugged.remove(machine);
  }

  private void endWhatIsCut() {
    made.forEach(
        (machine, channels) ->
            channels.forEach(
                (channel, port) -> {
                  if (isCut(machine, owners.getOrDefault(port, ""))) {
                    end(channel);
                  }
                }));
  }

  /** To close it would be seen by the other side only: its own selector would wait on. */
  private static void end(SocketChannel channel) {
    try {
      if (channel.isConnected()) {
        channel.shutdownInput();
        channel.shutdownOutput();
      } else {
        channel.close();
      }
    } catch (IOException e) {
      close(channel); // it has just ended by itself
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
