package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.tls.Tls;
import java.util.Objects;
import java.util.Optional;

/**
 * How a machine's ports, and the connections that it makes, are secured.
 *
 * @param clients of the client port; without an identity it speaks no TLS
 * @param peers of the peer port, and of what is dialled there; the same
 * @param allowsPlain whether ports with TLS take plain connections, too
 */
public record Security(Optional<Tls> clients, Optional<Tls> peers, boolean allowsPlain) {
  public static final Security NONE = new Security(Optional.empty(), Optional.empty(), false);

  public Security {
    Objects.requireNonNull(clients);
    Objects.requireNonNull(peers);
  }

  /** Whether the client port speaks TLS. */
  public boolean hasClientTls() {
    return clients.flatMap(Tls::identity).isPresent();
  }

  /** Whether the peer port speaks TLS. */
  public boolean hasPeerTls() {
    return peers.flatMap(Tls::identity).isPresent();
  }

  /**
   * For what is dialled at others' client ports, whose certificates are from the CA of clients, or
   * where that is not known, from the CA of machines.
   */
  public Optional<Tls> towardsClientPorts() {
    Optional<Tls> dialling = clients.or(() -> peers);
    return dialling.map(
        tls -> tls.caFile().isPresent() ? tls : tls.withCa(peers.flatMap(Tls::caFile)));
  }
}
