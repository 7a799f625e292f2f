package dev.understudy.clusterconfig.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * A certificate authority for clusters to try things with: makes certificates that are good for
 * servers and for callers alike. Its keys are on the curve P-256.
 */
public final class Authority {
  private static final long CA_DAYS = 3_650;

  /** Clocks differ. */
  private static final long BACKDATED_MILLIS = TimeUnit.HOURS.toMillis(1);

  private static final int SERIAL_BITS = 127;

  private final SecureRandom random = new SecureRandom();
  private final Issued own;
  private final long nowMillis;

  /**
   * A certificate with its key.
   *
   * @param keys never printed
   */
  public record Issued(X509Certificate certificate, KeyPair keys) {
    public String certificatePem() {
      try {
        return pem("CERTIFICATE", certificate.getEncoded());
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was just made", e);
      }
    }

    /** PKCS #8. */
    public String keyPem() {
      return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    @Override
    public String toString() {
      return "certificate of " + certificate.getSubjectX500Principal();
    }
  }

  /**
   * A new one, with a key of its own.
   *
   * @param nowMillis since the epoch
   */
  public Authority(String name, long nowMillis) {
    this.nowMillis = nowMillis;
    KeyPair keys = newKeys();
    this.own = sign(name, keys, name, keys, CA_DAYS, List.of());
  }

  private Authority(Issued own, long nowMillis) {
    this.nowMillis = nowMillis;
    this.own = own;
  }

  /**
   * One that has been made before.
   *
   * @param nowMillis since the epoch
   * @throws TlsException when the files cannot be used
   */
  public static Authority read(Path certificate, Path key, long nowMillis) throws TlsException {
    X509Certificate own = PemFile.read(certificate).certificates().get(0);
    PrivateKey signing = PemFile.read(key).privateKey();
    return new Authority(new Issued(own, new KeyPair(own.getPublicKey(), signing)), nowMillis);
  }

  public Issued own() {
    return own;
  }

  /**
   * Makes a certificate.
   *
   * @param name the common name
   * @param hosts host names and addresses that it is for
   * @param days how long it is good; may be 0 or less, for one that has expired
   */
  public Issued issue(String name, Collection<String> hosts, long days) {
    String issuer = commonName(own.certificate());
    return sign(name, newKeys(), issuer, own.keys(), days, List.copyOf(hosts));
  }

  private static String commonName(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Java has no curve P-256", e);
    }
  }

  private static X500Name named(String name) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
  }

  private Issued sign(
      String name, KeyPair keys, String issuer, KeyPair issuerKeys, long days, List<String> hosts) {
    boolean isCa = keys == issuerKeys;
    try {
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              named(issuer),
              new BigInteger(SERIAL_BITS, random),
              new Date(nowMillis - BACKDATED_MILLIS - Math.max(0, -TimeUnit.DAYS.toMillis(days))),
              new Date(nowMillis + TimeUnit.DAYS.toMillis(days)),
              named(name),
              keys.getPublic());
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(isCa))
          .addExtension(
              Extension.keyUsage,
              true,
              new KeyUsage(
                  isCa ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature))
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              extensions.createSubjectKeyIdentifier(keys.getPublic()))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
      if (!isCa) {
        builder.addExtension(
            Extension.extendedKeyUsage,
            false,
            new ExtendedKeyUsage(
                new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
      }
      if (!hosts.isEmpty()) {
        builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
      }
      return new Issued(
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build(issuerKeys.getPrivate()))),
          keys);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("a certificate cannot be made", e);
    }
  }

  private static GeneralNames names(List<String> hosts) {
    return new GeneralNames(
        hosts.stream()
            .map(
                host ->
                    new GeneralName(
                        isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
            .toArray(GeneralName[]::new));
  }

  private static boolean isAddress(String host) {
    return host.contains(":") || host.matches("\\d+(\\.\\d+){3}");
  }

  private static String pem(String what, byte[] content) {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(new PemObject(what, content));
    } catch (IOException e) {
      throw new IllegalStateException("it cannot be written", e);
    }
    return text.toString();
  }
}
