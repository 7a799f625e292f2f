package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.tls.Tls;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How a machine's ports, and the connections that it makes, are secured.
 *
 * @param clients of the client port; without an identity it speaks no TLS
 * @param peers of the peer port, and of what is dialled there; the same
 * @param allowsPlain whether ports with TLS take plain connections, too
 * @param secret by which machines know each other on peer ports
 * @param browsers which web pages get something done
 * @param users how users are asked who they are
 */
public record Security(
    Optional<Tls> clients,
    Optional<Tls> peers,
    boolean allowsPlain,
    Optional<Secret> secret,
    Browsers browsers,
    Users users) {
  public static final Security NONE = new Security(Optional.empty(), Optional.empty(), false);

  /**
   * What all machines know.
   *
   * @param isOptional whether those are answered, too, that do not
   */
  public record Secret(Path file, boolean isOptional) {
    public Secret {
      Objects.requireNonNull(file);
    }
  }

  /**
   * How users are asked who they are, once they are.
   *
   * @param maxFailedLogins of one address within a minute
   * @param byCertificate whether the common name of a certificate is its user
   * @param auditLog where it is taken down who has changed what, and who was refused
   * @param auditBytes what that takes on the disk, the full files beside it included
   */
  public record Users(
      int maxFailedLogins, boolean byCertificate, Optional<Path> auditLog, long auditBytes) {
    /** A person may mistype, a program that guesses gets nowhere. */
    public static final Users DEFAULT = new Users(30, false, Optional.empty(), 100_000_000);

    /** Room for a few hundred events in each of the files. */
    static final long MIN_AUDIT_BYTES = 1_000_000;

    public Users {
      Objects.requireNonNull(auditLog);
    }
  }

  public Security {
    Objects.requireNonNull(users);
    Objects.requireNonNull(clients);
    Objects.requireNonNull(peers);
    Objects.requireNonNull(secret);
    Objects.requireNonNull(browsers);
  }

  /** With the usual answers to web pages. */
  public Security(
      Optional<Tls> clients, Optional<Tls> peers, boolean allowsPlain, Optional<Secret> secret) {
    this(clients, peers, allowsPlain, secret, Browsers.DEFAULT);
  }

  /** With the usual way of asking users. */
  public Security(
      Optional<Tls> clients,
      Optional<Tls> peers,
      boolean allowsPlain,
      Optional<Secret> secret,
      Browsers browsers) {
    this(clients, peers, allowsPlain, secret, browsers, Users.DEFAULT);
  }

  /** Without a secret. */
  public Security(Optional<Tls> clients, Optional<Tls> peers, boolean allowsPlain) {
    this(clients, peers, allowsPlain, Optional.empty());
  }

  /** The same, for these web pages. */
  Security withBrowsers(Browsers others) {
    return new Security(clients, peers, allowsPlain, secret, others, users);
  }

  /** Whether only machines of the cluster, and its operators, get something done on peer ports. */
  public boolean knowsPeers() {
    boolean byCertificate =
        hasPeerTls() && peers.filter(Tls::clientAuth).isPresent() && !allowsPlain;
    return byCertificate || secret.filter(known -> !known.isOptional()).isPresent();
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
