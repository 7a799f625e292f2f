package dev.understudy.api.http;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.eclipse.jetty.io.EndPoint;

/** The certificate that a client has shown, which the port has checked already. */
public final class ClientCertificates {
  private ClientCertificates() {}

  /**
   * Its common name; empty for a client without a certificate, and for one with several names. Of
   * the chain only the client's own certificate counts: what else a client sends along need not be
   * anything that was checked.
   */
  public static Optional<String> commonName(HttpExchange exchange) {
    return exchange.request().getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
                instanceof EndPoint.SslSessionData tls
            && tls.peerCertificates() != null
            && tls.peerCertificates().length > 0
        ? commonName(tls.peerCertificates()[0])
        : Optional.empty();
  }

  static Optional<String> commonName(X509Certificate certificate) {
    try {
      List<String> names =
          new LdapName(certificate.getSubjectX500Principal().getName())
              .getRdns().stream()
                  .filter(part -> part.getType().equalsIgnoreCase("CN"))
                  .map(Rdn::getValue)
                  .map(Object::toString)
                  .toList();
      return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
    } catch (InvalidNameException e) {
      return Optional.empty(); // a name that cannot be read is nobody's
    }
  }
}
