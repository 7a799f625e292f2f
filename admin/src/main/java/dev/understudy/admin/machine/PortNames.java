package dev.understudy.admin.machine;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.Security;
import dev.understudy.api.http.BrowserGate;
import dev.understudy.api.http.KnownHosts;
import dev.understudy.api.http.KnownHosts.Others;
import java.util.HashSet;
import java.util.Set;

/**
 * What the ports of a machine may be asked for by. One that is reached from its own host alone is
 * known by few names. One that others reach may be known by some that it was not told of, those of
 * a balancer or of a service for example, which programs go on to use; but browsers have to use one
 * that is known, and at the peer port all but machines and our own commands.
 */
final class PortNames {
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "::1");

  private PortNames() {}

  static KnownHosts ofClients(MachineOptions options) {
    Security security = options.security();
    boolean secured = security.hasClientTls() && !security.allowsPlain();
    return of(options, options.clientBindAddress(), secured, Others.OF_PROGRAMS);
  }

  static KnownHosts ofPeers(MachineOptions options) {
    Security security = options.security();
    boolean secured = security.hasPeerTls() && !security.allowsPlain();
    return of(
        options, options.peerBindAddress(), secured || security.knowsPeers(), Others.OF_MACHINES);
  }

  static KnownHosts ofMetrics(MachineOptions options, HostPort address) {
    return of(options, address, address.isTls(), Others.OF_PROGRAMS);
  }

  /**
   * @param provesItself whether a page cannot be made to lead here, since the port shows a
   *     certificate, or gets nothing done, since it asks for proof
   * @param others who may use a name that is not known, where others reach the port
   */
  private static KnownHosts of(
      MachineOptions options, HostPort bound, boolean provesItself, Others others) {
    Set<String> said = options.security().browsers().hosts();
    boolean isOpen = said.isEmpty() && !bound.isLoopback();
    if (said.contains(BrowserGate.ANY) || isOpen && provesItself) {
      return KnownHosts.ANY;
    }
    Set<String> names = new HashSet<>(LOOPBACK_NAMES);
    names.addAll(said);
    names.add(bound.host());
    names.add(options.clientAddress().host());
    names.add(options.peerAddress().host());
    if (!isOpen) {
      return KnownHosts.only(names);
    }
    names.add(options.name());
    names.add(HostName.find(System.getenv()));
    return new KnownHosts(names, others);
  }
}
