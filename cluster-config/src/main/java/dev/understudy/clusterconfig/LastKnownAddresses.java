package dev.understudy.clusterconfig;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Looks a name up for every new connection, so that a machine is found where its name leads now;
 * while a name cannot be looked up, it leads where it led last. Else a cluster would lose its
 * streams with the name service, though no machine has moved. Never blocks; for any thread.
 */
final class LastKnownAddresses implements SocketAddressResolver {
  /** Names of machines; more only when strangers announce themselves under made-up ones. */
  private static final int MAX_KNOWN = 1_000;

  private final Supplier<SocketAddressResolver> lookups;

  /** Guarded by itself; who was not asked for longest is forgotten first. */
  private final Map<String, List<InetAddress>> byHost =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<InetAddress>> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  /**
   * @param lookups what asks the name service; asked for at every look-up, since that of a client
   *     exists only once it is started
   */
  LastKnownAddresses(Supplier<SocketAddressResolver> lookups) {
    this.lookups = lookups;
  }

  @Override
  public void resolve(
      String host,
      int port,
      Map<String, Object> context,
      Promise<List<InetSocketAddress>> promise) {
    lookups
        .get()
        .resolve(
            host,
            port,
            context,
            new Promise<>() {
              @Override
              public void succeeded(List<InetSocketAddress> found) {
                remember(host, found);
                promise.succeeded(found);
              }

              @Override
              public void failed(Throwable failure) {
                List<InetSocketAddress> last = last(host, port);
                if (last.isEmpty()) {
                  promise.failed(failure);
                } else {
                  promise.succeeded(last);
                }
              }
            });
  }

  private void remember(String host, List<InetSocketAddress> found) {
    synchronized (byHost) {
      byHost.put(host, found.stream().map(InetSocketAddress::getAddress).toList());
    }
  }

  private List<InetSocketAddress> last(String host, int port) {
    synchronized (byHost) {
      return byHost.getOrDefault(host, List.of()).stream()
          .map(address -> new InetSocketAddress(address, port))
          .toList();
    }
  }
}
