package dev.understudy.clusterconfig.secret;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;

/**
 * Proves, before each request of a client of Jetty's, who it is that asks. Any thread; nothing
 * blocks.
 */
public final class ProvenCalls {
  private final HttpClient http;
  private final ProofBySecret proof;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param http sends the challenges; its owner's to start and stop
   */
  public ProvenCalls(HttpClient http, ProofBySecret proof) {
    this.http = Objects.requireNonNull(http);
    this.proof = Objects.requireNonNull(proof);
  }

  /**
   * Asks for the headers to add to a request.
   *
   * @param headers of the request
   * @param body of the request; empty for none, or for one that the proof does not cover
   * @param timeoutMillis for the answer to the challenge
   * @return fails with an {@link IOException} when the machine there does not answer, or does not
   *     know the secret
   */
  public CompletableFuture<Map<String, String>> headers(
      String method,
      URI url,
      Map<String, String> headers,
      Optional<byte[]> body,
      long timeoutMillis) {
    Dialogue dialogue = Dialogue.begin(proof.secret(), random);
    CompletableFuture<Map<String, String>> answer = new CompletableFuture<>();
    try {
      http.newRequest(Dialogue.challengeUrl(url))
          .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
          .headers(fields -> fields.put(ClusterSecret.CHALLENGE, dialogue.challenge()))
          .send(result -> end(dialogue, result, method, url, headers, body, answer));
    } catch (RuntimeException e) { // Jetty refuses so while it stops
      answer.completeExceptionally(e);
    }
    return answer;
  }

  private void end(
      Dialogue dialogue,
      Result result,
      String method,
      URI url,
      Map<String, String> headers,
      Optional<byte[]> body,
      CompletableFuture<Map<String, String>> answer) {
    if (result.isFailed()) {
      answer.completeExceptionally(result.getFailure());
      return;
    }
    var fields = result.getResponse().getHeaders();
    if (proof.isOptional() && fields.get(ClusterSecret.PROOF) == null) {
      answer.complete(Map.of()); // it has not been given the secret yet
      return;
    }
    try {
      answer.complete(
          dialogue.answer(
              result.getResponse().getStatus(),
              fields.get(ClusterSecret.NONCE),
              fields.get(ClusterSecret.PROOF),
              method,
              url,
              headers,
              body));
    } catch (IOException e) {
      answer.completeExceptionally(e);
    }
  }
}
