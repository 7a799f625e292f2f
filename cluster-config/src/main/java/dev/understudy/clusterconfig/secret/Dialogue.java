package dev.understudy.clusterconfig.secret;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A caller's side of one request: what it sends before, and what it adds to the request once the
 * machine it calls has proven itself.
 *
 * @param challenge random
 */
public record Dialogue(ClusterSecret secret, String challenge) {
  private static final int CHALLENGE_BYTES = 16;
  private static final int OK = 200;

  public static Dialogue begin(ClusterSecret secret, SecureRandom random) {
    byte[] bytes = new byte[CHALLENGE_BYTES];
    random.nextBytes(bytes);
    return new Dialogue(secret, HexFormat.of().formatHex(bytes));
  }

  /** Where the challenge goes, for a request to a URL. */
  public static URI challengeUrl(URI url) {
    String scheme = url.getScheme().replaceFirst("^ws", "http");
    return URI.create(scheme + "://" + url.getRawAuthority() + ClusterSecret.CHALLENGE_PATH);
  }

  /**
   * The headers to add to a request.
   *
   * @param status of the answer to the challenge
   * @param nonce out of that answer; null for none
   * @param proof out of that answer; null for none
   * @param headers of the request
   * @param body of the request; empty for none, or for one that is not covered
   * @throws IOException when the machine that was called does not know the secret
   */
  public Map<String, String> answer(
      int status,
      String nonce,
      String proof,
      String method,
      URI url,
      Map<String, String> headers,
      Optional<byte[]> body)
      throws IOException {
    boolean known =
        status == OK
            && nonce != null
            && proof != null
            && ClusterSecret.isSame(secret.proofOfCalled(challenge, nonce), proof);
    if (!known) {
      throw new IOException("the machine there does not know the cluster's secret");
    }
    Map<String, String> more = new LinkedHashMap<>();
    body.ifPresent(bytes -> more.put(ClusterSecret.BODY, ClusterSecret.digestOf(bytes)));
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    more.put(ClusterSecret.NONCE, nonce);
    more.put(
        ClusterSecret.PROOF,
        secret.proofOfCaller(nonce, new ProvenRequest(method, target(url), all)));
    return more;
  }

  private static String target(URI url) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }
}
