package dev.understudy.admin.cli;

import dev.understudy.api.http.BrowserGate;
import dev.understudy.api.http.KnownHosts;
import dev.understudy.api.http.KnownHosts.Others;
import java.util.HashSet;
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
   * names. One that others reach may be known by some that it was not told of, those of a balancer
   * or of a service for example, which programs go on to use; but browsers have to use one that is
   * known.
   *
   * @param bound where the port listens
   * @param ownNames what others are told of both ports, and what the machine and its host are
   *     called
   * @param provesItself whether a page cannot be made to lead here, since the port shows a
   *     certificate, or gets nothing done, since it asks for proof
   * @param forMachines whether nobody but machines and operators has business here
   */
  public KnownHosts hostsOf(
      HostPort bound, Set<String> ownNames, boolean provesItself, boolean forMachines) {
    boolean isOpen = hosts.isEmpty() && !bound.isLoopback();
    if (hosts.contains(BrowserGate.ANY) || isOpen && provesItself) {
      return KnownHosts.ANY;
    }
    Set<String> all = new HashSet<>(LOOPBACK_NAMES);
    all.addAll(hosts);
    all.add(bound.host());
    all.addAll(ownNames);
    if (!isOpen) {
      return KnownHosts.only(all);
    }
    return new KnownHosts(all, forMachines ? Others.OF_MACHINES : Others.OF_PROGRAMS);
  }
}
