package dev.understudy.clusterconfig.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * What a PEM file holds. Blocks that are not asked for are passed over, so certificate and key may
 * share a file. Keys may be PKCS #8, PKCS #1 (RSA) or SEC 1 (EC); Java itself reads only the first.
 *
 * @param file where it was read, for messages
 * @param content its text
 */
record PemFile(Path file, String content) {
  /** A bundle of all public CAs is a fifth of it. */
  private static final int MAX_BYTES = 1 << 20;

  /** Java's names of the kinds of keys. */
  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "1.2.840.113549.1.1.1", "RSA",
          "1.2.840.113549.1.1.10", "RSASSA-PSS",
          "1.2.840.10045.2.1", "EC",
          "1.3.101.112", "Ed25519",
          "1.3.101.113", "Ed448");

  static PemFile read(Path file) throws TlsException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new TlsException(file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new TlsException(file + " is longer than " + MAX_BYTES + " bytes");
      }
      return new PemFile(file, new String(content, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      throw new TlsException("there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new TlsException(file + " may not be read by this process", e);
    } catch (TlsException e) {
      throw e;
    } catch (IOException e) {
      throw new TlsException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** All certificates, in their order; at least one. */
  List<X509Certificate> certificates() throws TlsException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Object block : blocks()) {
      if (block instanceof X509CertificateHolder holder) {
        try {
          certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
        } catch (CertificateException e) {
          throw new TlsException(
              file + " holds a certificate that cannot be read: " + e.getMessage(), e);
        }
      }
    }
    if (certificates.isEmpty()) {
      throw new TlsException(file + " holds no certificate (PEM)");
    }
    return certificates;
  }

  /** The first private key. */
  PrivateKey privateKey() throws TlsException {
    for (Object block : blocks()) {
      if (block instanceof PEMEncryptedKeyPair || block instanceof PKCS8EncryptedPrivateKeyInfo) {
        throw new TlsException(
            file
                + " holds an encrypted key, and nobody is there to type its password; decrypt it"
                + " first: openssl pkey -in "
                + file
                + " -out KEY");
      }
      Optional<PrivateKeyInfo> key = keyIn(block);
      if (key.isPresent()) {
        return privateKey(key.get());
      }
    }
    throw new TlsException(file + " holds no private key (PEM)");
  }

  private static Optional<PrivateKeyInfo> keyIn(Object block) {
    if (block instanceof PEMKeyPair pair) {
      return Optional.of(pair.getPrivateKeyInfo());
    }
    return block instanceof PrivateKeyInfo info ? Optional.of(info) : Optional.empty();
  }

  private PrivateKey privateKey(PrivateKeyInfo info) throws TlsException {
    String oid = info.getPrivateKeyAlgorithm().getAlgorithm().getId();
    String algorithm = ALGORITHMS.get(oid);
    if (algorithm == null) {
      throw new TlsException(file + " holds a key of a kind that is not known here (" + oid + ")");
    }
    try {
      // Without the public key that newer tools put behind it, which Java 17 does not expect.
      ASN1Encodable key = info.parsePrivateKey();
      PrivateKeyInfo bare =
          new PrivateKeyInfo(
              info.getPrivateKeyAlgorithm(), algorithm.equals("EC") ? bareCurveKey(key) : key);
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(bare.getEncoded()));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new TlsException(file + " holds a key that cannot be read: " + e.getMessage(), e);
    }
  }

  /** Java wants the curve outside of it, where it stands as well, and refuses a second one. */
  private static ASN1Encodable bareCurveKey(ASN1Encodable key) {
    ASN1Sequence parts = ASN1Sequence.getInstance(key);
    int bytes = ASN1OctetString.getInstance(parts.getObjectAt(1)).getOctetsLength();
    return new ECPrivateKey(bytes * Byte.SIZE, ECPrivateKey.getInstance(parts).getKey());
  }

  private List<Object> blocks() throws TlsException {
    List<Object> blocks = new ArrayList<>();
    try (Reader text = new StringReader(content);
        PEMParser parser = new KnownBlocks(text)) {
      for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
        blocks.add(block);
      }
      return blocks;
    } catch (IOException | RuntimeException e) { // malformed content makes it throw both
      throw new TlsException(file + " is no sound PEM: " + e.getMessage(), e);
    }
  }

  /** Passes over what is neither certificate nor key, of which the parser knows but some kinds. */
  private static final class KnownBlocks extends PEMParser {
    KnownBlocks(Reader text) {
      super(text);
    }

    @Override
    public PemObject readPemObject() throws IOException {
      PemObject block = super.readPemObject();
      while (block != null && !isWanted(block.getType())) {
        block = super.readPemObject();
      }
      return block;
    }

    private static boolean isWanted(String type) {
      return type.endsWith("CERTIFICATE") || type.endsWith("PRIVATE KEY");
    }
  }
}
