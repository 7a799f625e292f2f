package dev.understudy.clusterconfig.secret;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Proves to a machine, before a request of a tool, who it is that asks. Blocks. */
public final class ProvenTool {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int OK = 200;

  private ProvenTool() {}

  /**
   * Asks for the headers to add to a request that has none of ours.
   *
   * @param body of the request; empty for none
   * @return empty where a machine asks for no proof, as at client ports
   * @throws IOException when the machine there does not answer, or does not know the secret
   */
  public static Map<String, String> headers(
      HttpClient http,
      ClusterSecret secret,
      String method,
      URI url,
      Optional<byte[]> body,
      Duration timeout)
      throws IOException, InterruptedException {
    Dialogue dialogue = Dialogue.begin(secret, RANDOM);
    HttpResponse<Void> answer =
        http.send(
            HttpRequest.newBuilder(Dialogue.challengeUrl(url))
                .header(ClusterSecret.CHALLENGE, dialogue.challenge())
                .timeout(timeout)
                .build(),
            HttpResponse.BodyHandlers.discarding());
    return answer.statusCode() == OK
        ? dialogue.answer(
            OK,
            answer.headers().firstValue(ClusterSecret.NONCE).orElse(null),
            answer.headers().firstValue(ClusterSecret.PROOF).orElse(null),
            method,
            url,
            Map.of(),
            body)
        : Map.of();
  }
}
