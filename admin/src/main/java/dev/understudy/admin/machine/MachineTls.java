package dev.understudy.admin.machine;

import dev.understudy.admin.cli.Security;
import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.secret.ClusterSecret;
import dev.understudy.clusterconfig.secret.ProofBySecret;
import dev.understudy.clusterconfig.tls.LiveTls;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ClientConnector.ConnectListener;

/**
 * The certificates and keys of a machine. A machine that was given none loads nothing.
 *
 * @param security as given
 * @param clients for the client port
 * @param peers for the peer port, and for what is dialled there
 * @param dialling for what is dialled at others' client ports
 * @param secret by which machines know each other
 * @param connections hears of every connection that this machine makes
 */
record MachineTls(
    Security security,
    Optional<LiveTls> clients,
    Optional<LiveTls> peers,
    Optional<LiveTls> dialling,
    Optional<ProofBySecret> secret,
    Optional<ConnectListener> connections) {
  static MachineTls load(Security security, Optional<ConnectListener> connections)
      throws IOException {
    Optional<LiveTls> clients = live(security.clients());
    Optional<LiveTls> peers = live(security.peers());
    Optional<Tls> dialling = security.towardsClientPorts();
    return new MachineTls(
        security,
        clients,
        peers,
        dialling.equals(security.clients()) ? clients : live(dialling),
        secret(security),
        connections);
  }

  /**
   * What reads them again.
   *
   * @param wallMillis since the epoch
   */
  CertificateWatch watch(LongSupplier wallMillis) {
    CertificateWatch watch = new CertificateWatch(wallMillis);
    watch.add("clients", clients);
    watch.add("peers", peers);
    watch.add("calls to client ports", dialling.filter(live -> !clients.equals(dialling)));
    return watch;
  }

  private static Optional<ProofBySecret> secret(Security security) throws IOException {
    if (security.secret().isEmpty()) {
      return Optional.empty();
    }
    Security.Secret given = security.secret().get();
    return Optional.of(new ProofBySecret(ClusterSecret.read(given.file()), given.isOptional()));
  }

  private static Optional<LiveTls> live(Optional<Tls> tls) throws TlsException {
    return tls.isPresent() ? Optional.of(LiveTls.load(tls.get())) : Optional.empty();
  }

  /** For the client port; empty where it is plain. */
  Optional<PortTls> clientPort() {
    return port(clients);
  }

  /** For the peer port; empty where it is plain. */
  Optional<PortTls> peerPort() {
    return port(peers);
  }

  private Optional<PortTls> port(Optional<LiveTls> live) {
    return live.filter(tls -> tls.tls().identity().isPresent())
        .map(tls -> new PortTls(tls, security.allowsPlain()));
  }

  HttpClientFactory towardsPeers() {
    return new HttpClientFactory(peers, secret, connections);
  }

  HttpClientFactory towardsClientPorts() {
    return new HttpClientFactory(dialling).heardBy(connections);
  }
}
