package dev.understudy.clusterconfig.secret;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What all machines of a cluster know; it is never sent. Any thread. */
public final class ClusterSecret {
  /** Where a challenge is answered. */
  public static final String CHALLENGE_PATH = "/raft/challenge";

  /** A caller's random number. */
  public static final String CHALLENGE = "Understudy-Challenge";

  /** The number of the machine that is called, in its answer and in the request that follows. */
  public static final String NONCE = "Understudy-Nonce";

  /** Of either side. */
  public static final String PROOF = "Understudy-Proof";

  /** The digest of a body, which the caller's proof covers. */
  public static final String BODY = "Understudy-Body";

  /** A random one of so many characters cannot be guessed. */
  static final int MIN_LENGTH = 16;

  private static final int MAX_BYTES = 4096;
  private static final String ALGORITHM = "HmacSHA256";

  /** Somebody may use one secret for several things. */
  private static final String PURPOSE = "understudy cluster secret 1";

  private final SecretKeySpec key;

  /**
   * @param text blanks around it do not count
   * @throws IllegalArgumentException when it is too short to be one
   */
  public ClusterSecret(String text) {
    if (text.strip().length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "a secret has " + MIN_LENGTH + " characters at least, of which nobody knows one");
    }
    byte[] secret = text.strip().getBytes(StandardCharsets.UTF_8);
    key = new SecretKeySpec(mac(new SecretKeySpec(secret, ALGORITHM), List.of(PURPOSE)), ALGORITHM);
  }

  /**
   * Reads a file.
   *
   * @throws IOException with one line of why it cannot be
   */
  public static ClusterSecret read(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
      }
      return new ClusterSecret(new String(content, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + " may not be read by this process", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** By which a machine that is called proves that it knows the secret. */
  public String proofOfCalled(String challenge, String nonce) {
    return proof(List.of("called", challenge, nonce));
  }

  /** By which a caller proves it, for one request. */
  public String proofOfCaller(String nonce, ProvenRequest request) {
    return proof(request.parts(nonce));
  }

  private String proof(List<String> parts) {
    return HexFormat.of().formatHex(mac(key, parts));
  }

  /** Whether two proofs are the same; takes as long for any. */
  public static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** Each part behind its length, so that no two lists look alike. */
  static byte[] mac(SecretKeySpec key, List<String> parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        mac.update(bytes);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** SHA-256, at its beginning. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How the digest of a body is written. */
  public static String digestOf(byte[] body) {
    return HexFormat.of().formatHex(newDigest().digest(body));
  }

  /** Nothing of it. */
  @Override
  public String toString() {
    return "a secret";
  }
}
