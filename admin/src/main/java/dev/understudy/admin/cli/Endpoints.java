package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.tls.Tls;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a cluster's keys can be asked for, and how.
 *
 * @param addresses client ports, at least one, in the order in which they are tried
 * @param tls how it speaks to those that speak HTTPS
 * @param login who asks, where somebody has to be named
 */
public record Endpoints(List<HostPort> addresses, Tls tls, Optional<Login> login) {
  public Endpoints {
    addresses = List.copyOf(addresses);
    Objects.requireNonNull(tls);
    Objects.requireNonNull(login);
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address");
    }
  }
}
