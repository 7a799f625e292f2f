package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.tls.AllowedNames;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsVersion;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads how a machine is secured, and whether its addresses say the same. */
final class SecurityOptions {
  private SecurityOptions() {}

  /** The options of one port. */
  private record Port(Flag cert, Flag key, Flag ca, Flag trustedCa, Flag auth) {
    static final Port CLIENTS =
        new Port(
            Flag.CERT_FILE,
            Flag.KEY_FILE,
            Flag.CA_FILE,
            Flag.TRUSTED_CA_FILE,
            Flag.CLIENT_CERT_AUTH);
    static final Port PEERS =
        new Port(
            Flag.PEER_CERT_FILE,
            Flag.PEER_KEY_FILE,
            Flag.PEER_CA_FILE,
            Flag.PEER_TRUSTED_CA_FILE,
            Flag.PEER_CLIENT_CERT_AUTH);
  }

  /** Loads nothing for a machine that has been given nothing of it. */
  static Security read(GivenOptions given) throws UsageException {
    boolean any =
        Stream.of(
                Flag.Group.CLIENT_TLS,
                Flag.Group.PEER_TLS,
                Flag.Group.TLS,
                Flag.Group.SECRET,
                Flag.Group.USERS)
            .flatMap(group -> group.flags().stream())
            .anyMatch(flag -> given.has(flag.word()));
    Security security = any ? readGiven(given) : Security.NONE;
    return security.withBrowsers(BrowserOptions.read(given));
  }

  private static Security readGiven(GivenOptions given) throws UsageException {
    AllowedNames peerNames =
        new AllowedNames(
            text(given, Flag.PEER_CERT_ALLOWED_CN), text(given, Flag.PEER_CERT_ALLOWED_HOSTNAME));
    version(given); // refused also where no port would use it
    Optional<Tls> clients = tls(given, Port.CLIENTS, AllowedNames.ANY);
    Optional<Tls> peers = tls(given, Port.PEERS, peerNames);
    boolean names = !peerNames.equals(AllowedNames.ANY);
    if (names && peers.flatMap(Tls::caFile).isEmpty()) {
      throw new UsageException(
          "which names peers may have says nothing without " + Flag.PEER_CA_FILE);
    }
    Security security =
        new Security(
            clients,
            peers,
            given.isOn(Flag.TLS_ALLOW_PLAIN.word()),
            secret(given),
            Browsers.DEFAULT,
            users(given));
    if (security.allowsPlain() && !security.hasClientTls() && !security.hasPeerTls()) {
      throw new UsageException(
          as(given, Flag.TLS_ALLOW_PLAIN)
              + " says nothing without "
              + Flag.CERT_FILE
              + " or "
              + Flag.PEER_CERT_FILE);
    }
    if (security.users().byCertificate() && clients.filter(Tls::clientAuth).isEmpty()) {
      throw new UsageException(
          as(given, Flag.CLIENT_CERT_CN_AUTH) + " says nothing without " + Flag.CA_FILE);
    }
    return security;
  }

  private static Security.Users users(GivenOptions given) throws UsageException {
    return new Security.Users(
        given.whole(
            Flag.MAX_FAILED_LOGINS.word(),
            Security.Users.DEFAULT.maxFailedLogins(),
            1,
            Integer.MAX_VALUE),
        given.isOn(Flag.CLIENT_CERT_CN_AUTH.word()),
        given.path(Flag.AUDIT_LOG.word()),
        given.bytes(
            Flag.AUDIT_LOG_BYTES.word(),
            Security.Users.DEFAULT.auditBytes(),
            Security.Users.MIN_AUDIT_BYTES));
  }

  private static Optional<Security.Secret> secret(GivenOptions given) throws UsageException {
    Optional<Path> file = given.path(Flag.CLUSTER_SECRET_FILE.word());
    boolean isOptional = given.isOn(Flag.CLUSTER_SECRET_OPTIONAL.word());
    if (isOptional && file.isEmpty()) {
      throw new UsageException(
          as(given, Flag.CLUSTER_SECRET_OPTIONAL) + " needs " + Flag.CLUSTER_SECRET_FILE);
    }
    return file.map(path -> new Security.Secret(path, isOptional));
  }

  private static Optional<Tls> tls(GivenOptions given, Port port, AllowedNames names)
      throws UsageException {
    Optional<Path> cert = given.path(port.cert().word());
    Optional<Path> key = given.path(port.key().word());
    if (cert.isPresent() != key.isPresent()) {
      throw new UsageException(
          cert.isPresent()
              ? as(given, port.cert()) + " needs " + port.key()
              : as(given, port.key()) + " needs " + port.cert());
    }
    Optional<Path> ca = ca(given, port);
    boolean auth = given.path(port.ca().word()).isPresent() || given.isOn(port.auth().word());
    if (auth && ca.isEmpty()) {
      throw new UsageException(as(given, port.auth()) + " needs " + port.trustedCa());
    }
    if (auth && cert.isEmpty()) { // or a port that is meant to ask who calls would be plain
      Flag asks = given.isOn(port.auth().word()) ? port.auth() : port.ca();
      throw new UsageException(as(given, asks) + " needs " + port.cert());
    }
    return cert.isEmpty() && ca.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Tls(
                cert.map(file -> new Tls.Identity(file, key.get())),
                ca,
                auth,
                version(given),
                cipherSuites(given),
                names));
  }

  private static Optional<Path> ca(GivenOptions given, Port port) throws UsageException {
    Optional<Path> ca = given.path(port.ca().word());
    Optional<Path> trusted = given.path(port.trustedCa().word());
    if (ca.isPresent() && trusted.isPresent() && !ca.equals(trusted)) {
      throw new UsageException(
          as(given, port.ca()) + " and " + as(given, port.trustedCa()) + " say different things");
    }
    return ca.or(() -> trusted);
  }

  private static TlsVersion version(GivenOptions given) throws UsageException {
    String text = text(given, Flag.TLS_MIN_VERSION).orElse(TlsVersion.TLS_1_2.number());
    return TlsVersion.of(text)
        .orElseThrow(
            () ->
                new UsageException(
                    as(given, Flag.TLS_MIN_VERSION) + " needs 1.2 or 1.3, not \"" + text + "\""));
  }

  private static List<String> cipherSuites(GivenOptions given) {
    return Arrays.stream(text(given, Flag.CIPHER_SUITES).orElse("").split(","))
        .map(String::strip)
        .filter(suite -> !suite.isEmpty())
        .toList();
  }

  private static Optional<String> text(GivenOptions given, Flag flag) {
    return given.text(flag.word()).filter(text -> !text.isEmpty());
  }

  private static String as(GivenOptions given, Flag flag) {
    return given.as(flag.word());
  }

  /**
   * Refuses an address that says another scheme than its port speaks.
   *
   * @param hasTls whether it speaks TLS
   * @param cert with which it would
   */
  static void check(
      GivenOptions given, Flag flag, HostPort address, boolean hasTls, Flag cert, Security security)
      throws UsageException {
    if (address.isTls() && !hasTls) {
      throw new UsageException(as(given, flag) + " says https, which needs " + cert);
    }
    if (!address.isTls() && hasTls && !security.allowsPlain()) {
      throw new UsageException(
          as(given, flag)
              + " says http, but "
              + as(given, cert)
              + " makes this port speak https only");
    }
  }
}
