package dev.understudy.clusterconfig.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What the files of a {@link Tls} held when they were read, and what is made of it.
 *
 * @param contents of the files
 * @param chain our certificate first; empty for a caller who proves nothing
 * @param serverContext for what is accepted
 * @param callerContext for what is dialled
 */
record TlsMaterial(
    Map<Path, String> contents,
    List<X509Certificate> chain,
    SSLContext serverContext,
    SSLContext callerContext) {
  /** Protects a key store that never leaves memory. */
  private static final char[] NO_PASSWORD = new char[0];

  private static final byte[] TRIAL = {1, 2, 3};

  private static final String PSS = "RSASSA-PSS";

  /** For a key that may sign with any. */
  private static final PSSParameterSpec PSS_PARAMETERS =
      new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

  /** Reads the files. */
  static Map<Path, String> read(Tls tls) throws TlsException {
    Map<Path, String> contents = new LinkedHashMap<>();
    for (Path file : tls.files()) {
      contents.put(file, PemFile.read(file).content());
    }
    return Map.copyOf(contents);
  }

  static TlsMaterial of(Tls tls, Map<Path, String> contents) throws TlsException {
    List<X509Certificate> chain = List.of();
    KeyManager[] keys = {};
    try {
      if (tls.identity().isPresent()) {
        Tls.Identity identity = tls.identity().get();
        chain = pem(identity.certFile(), contents).certificates();
        PrivateKey key = pem(identity.keyFile(), contents).privateKey();
        requireMatch(identity, chain.get(0), key);
        requireChain(identity, chain);
        keys = keyManagers(chain, key);
      }
      Optional<X509ExtendedTrustManager> trust = Optional.empty();
      if (tls.caFile().isPresent()) {
        trust = Optional.of(trustIn(pem(tls.caFile().get(), contents).certificates(), tls));
      }
      // Java would read all that it believes, for a port that asks nobody for a certificate.
      TrustManager[] callers = {trust.orElseGet(NobodyTrusted::new)};
      TrustManager[] called = trust.isPresent() ? callers : null;
      return new TlsMaterial(contents, chain, context(keys, callers), context(keys, called));
    } catch (GeneralSecurityException | IOException e) {
      throw e instanceof TlsException known
          ? known
          : new TlsException("the certificates cannot be used: " + e.getMessage(), e);
    }
  }

  private static PemFile pem(Path file, Map<Path, String> contents) {
    return new PemFile(file, contents.get(file));
  }

  private static void requireMatch(
      Tls.Identity identity, X509Certificate certificate, PrivateKey key) throws TlsException {
    if (!belongs(certificate, key)) {
      throw new TlsException(
          "the key in "
              + identity.keyFile()
              + " is not that of the first certificate in "
              + identity.certFile());
    }
  }

  private static void requireChain(Tls.Identity identity, List<X509Certificate> chain)
      throws TlsException {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate issuer = chain.get(i);
      X509Certificate certificate = chain.get(i - 1);
      if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
        throw new TlsException(
            identity.certFile()
                + " holds no chain: "
                + certificate.getSubjectX500Principal()
                + " is not from "
                + issuer.getSubjectX500Principal());
      }
    }
  }

  private static boolean belongs(X509Certificate certificate, PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(signatureOf(key));
      if (signature.getAlgorithm().equals(PSS)) { // which has no parameters unless it is told some
        AlgorithmParameterSpec ofKey = ((RSAKey) key).getParams();
        signature.setParameter(ofKey == null ? PSS_PARAMETERS : ofKey);
      }
      signature.initSign(key);
      signature.update(TRIAL);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(TRIAL);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // keys of two kinds
    }
  }

  private static String signatureOf(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> key.getAlgorithm();
    };
  }

  private static KeyManager[] keyManagers(List<X509Certificate> chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static X509ExtendedTrustManager trustIn(List<X509Certificate> authorities, Tls tls)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("ca" + store.size(), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    X509ExtendedTrustManager java =
        Stream.of(factory.getTrustManagers())
            .filter(X509ExtendedTrustManager.class::isInstance)
            .map(X509ExtendedTrustManager.class::cast)
            .findFirst()
            .orElseThrow();
    return tls.allowedNames().areAny() ? java : new NamesTrusted(java, tls.allowedNames());
  }

  private static SSLContext context(KeyManager[] keys, TrustManager[] trusted)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trusted, null);
    return context;
  }

  /** When the first certificate of the chain to do so expires; empty without any. */
  Optional<Date> expiry() {
    return chain.stream().map(X509Certificate::getNotAfter).min(Date::compareTo);
  }

  /** Nothing of the key. */
  @Override
  public String toString() {
    return chain.isEmpty()
        ? "no certificate of our own"
        : chain.get(0).getSubjectX500Principal().toString();
  }
}
