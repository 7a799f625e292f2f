package dev.understudy.clusterconfig.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How connections of one kind are secured, as an operator has said it.
 *
 * @param identity what proves who we are; empty for a caller who need not
 * @param caFile whose certificates are believed; empty: those that Java believes
 * @param clientAuth whether callers have to prove who they are, too; needs a CA
 * @param minVersion of the protocol
 * @param cipherSuites that may be used; empty: those that Java holds to be good
 * @param allowedNames who may be at the other end, besides what the CA says
 */
public record Tls(
    Optional<Identity> identity,
    Optional<Path> caFile,
    boolean clientAuth,
    TlsVersion minVersion,
    List<String> cipherSuites,
    AllowedNames allowedNames) {
  /**
   * A certificate with its key, both PEM.
   *
   * @param certFile the certificate, and the chain behind it
   * @param keyFile may be the same file
   */
  public record Identity(Path certFile, Path keyFile) {
    public Identity {
      Objects.requireNonNull(certFile);
      Objects.requireNonNull(keyFile);
    }
  }

  public Tls {
    Objects.requireNonNull(identity);
    Objects.requireNonNull(caFile);
    Objects.requireNonNull(minVersion);
    Objects.requireNonNull(allowedNames);
    cipherSuites = List.copyOf(cipherSuites);
    if (clientAuth && caFile.isEmpty()) {
      throw new IllegalArgumentException("certificates of callers need a CA that they are from");
    }
    if (!allowedNames.areAny() && caFile.isEmpty()) {
      throw new IllegalArgumentException("a name says nothing without a CA that gave it");
    }
  }

  /** Of somebody who calls with what Java believes, and proves nothing. */
  public static final Tls SYSTEM = ofCaller(Optional.empty(), Optional.empty());

  /** Of somebody who only calls. */
  public static Tls ofCaller(Optional<Identity> identity, Optional<Path> caFile) {
    return new Tls(identity, caFile, false, TlsVersion.TLS_1_2, List.of(), AllowedNames.ANY);
  }

  /** The same, believing another CA. */
  public Tls withCa(Optional<Path> file) {
    return new Tls(identity, file, clientAuth, minVersion, cipherSuites, allowedNames);
  }

  /** Every file that it names. */
  List<Path> files() {
    return Stream.of(identity.map(Identity::certFile), identity.map(Identity::keyFile), caFile)
        .flatMap(Optional::stream)
        .toList();
  }
}
