package dev.understudy.clusterconfig.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Who may be at the other end, where a CA gives certificates to others, too.
 *
 * @param commonName of the certificate's subject
 * @param hostname a name that the certificate is for
 */
public record AllowedNames(Optional<String> commonName, Optional<String> hostname) {
  public static final AllowedNames ANY = new AllowedNames(Optional.empty(), Optional.empty());

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  public AllowedNames {
    Objects.requireNonNull(commonName);
    Objects.requireNonNull(hostname);
  }

  boolean areAny() {
    return commonName.isEmpty() && hostname.isEmpty();
  }

  /**
   * Lets a certificate pass, or not.
   *
   * @throws CertificateException when it is somebody else's
   */
  void check(X509Certificate certificate) throws CertificateException {
    if (commonName.isPresent() && !commonName.equals(commonNameOf(certificate))) {
      throw new CertificateException(
          "a certificate of "
              + certificate.getSubjectX500Principal()
              + ", not of CN="
              + commonName.get());
    }
    if (hostname.isPresent() && !isFor(certificate, hostname.get())) {
      throw new CertificateException("a certificate that is not for " + hostname.get());
    }
  }

  private static Optional<String> commonNameOf(X509Certificate certificate) {
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .map(Object::toString)
              .reduce((outer, inner) -> inner);
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }

  private static boolean isFor(X509Certificate certificate, String hostname)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names != null && names.stream().anyMatch(name -> matches(name, hostname));
  }

  /** As in RFC 6125: a star stands for the first label, and for all of it. */
  private static boolean matches(List<?> name, String hostname) {
    String wanted = hostname.toLowerCase(Locale.ROOT);
    String named = name.get(1).toString().toLowerCase(Locale.ROOT);
    boolean wild = named.startsWith("*.") && wanted.indexOf('.') > 0;
    return switch ((Integer) name.get(0)) {
      case DNS_NAME ->
          named.equals(wanted)
              || wild && named.substring(1).equals(wanted.substring(wanted.indexOf('.')));
      case IP_ADDRESS -> named.equals(wanted);
      default -> false;
    };
  }
}
