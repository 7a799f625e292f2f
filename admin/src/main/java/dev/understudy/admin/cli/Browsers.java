package dev.understudy.admin.cli;

import dev.understudy.api.http.BrowserGate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which web pages get something done on this machine's ports.
 *
 * @param origins whose pages may use the client port; empty: of no other than its own
 * @param hosts that the ports may be asked for by besides what they are known as; empty: what
 *     follows from where they listen
 */
public record Browsers(Set<String> origins, Set<String> hosts) {
  /** What a machine does that was told nothing. */
  public static final Browsers DEFAULT = new Browsers(Set.of(), Set.of());

  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "::1");

  public Browsers {
    origins = Set.copyOf(origins);
    hosts = Set.copyOf(hosts);
  }

  /**
   * What a port may be asked for by. One that is reached from its own host alone is known by few
   * names, and whoever asks for another is a page whose name was made to lead here; one that others
   * reach may be known by any, unless it was said by which.
   *
   * @param bound where the port listens
   * @param announced what others are told, of both ports
   */
  public Set<String> hostsOf(HostPort bound, List<HostPort> announced) {
    if (hosts.contains(BrowserGate.ANY) || hosts.isEmpty() && !bound.isLoopback()) {
      return Set.of(BrowserGate.ANY);
    }
    Set<String> all = new HashSet<>(LOOPBACK_NAMES);
    all.addAll(hosts);
    all.add(bound.host());
    announced.forEach(place -> all.add(place.host()));
    return all;
  }
}
