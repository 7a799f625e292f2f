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
  /** What commands for operators call themselves; machines say {@code understudy}. */
  public static final String AGENT = "understudy-tool";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int OK = 200;

  private ProvenTool() {}

  /**
   * Asks for the headers to add to a request that has none of ours and is for a peer port.
   *
   * @param body of the request; empty for none
   * @throws IOException when the machine there does not answer, or does not prove that it knows the
   *     secret, whatever it says instead
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
    return headers(dialogue, challenge(http, dialogue, url, timeout), method, url, body);
  }

  /**
   * The same for a request without a body that may as well be for a client port, which proves
   * nothing and is asked nothing worth a proof.
   *
   * @return empty where the machine there has no answer to a challenge
   * @throws IOException when it does not answer, or has a wrong answer
   */
  public static Map<String, String> headersIfAsked(
      HttpClient http, ClusterSecret secret, String method, URI url, Duration timeout)
      throws IOException, InterruptedException {
    Dialogue dialogue = Dialogue.begin(secret, RANDOM);
    HttpResponse<Void> answer = challenge(http, dialogue, url, timeout);
    return answer.statusCode() == OK
        ? headers(dialogue, answer, method, url, Optional.empty())
        : Map.of();
  }

  private static HttpResponse<Void> challenge(
      HttpClient http, Dialogue dialogue, URI url, Duration timeout)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(Dialogue.challengeUrl(url))
            .header("User-Agent", AGENT)
            .header(ClusterSecret.CHALLENGE, dialogue.challenge())
            .timeout(timeout)
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private static Map<String, String> headers(
      Dialogue dialogue, HttpResponse<Void> answer, String method, URI url, Optional<byte[]> body)
      throws IOException {
    return dialogue.answer(
        answer.statusCode(),
        answer.headers().firstValue(ClusterSecret.NONCE).orElse(null),
        answer.headers().firstValue(ClusterSecret.PROOF).orElse(null),
        method,
        url,
        Map.of(),
        body);
  }
}
