package dev.understudy.admin.discovery;

import dev.understudy.clusterconfig.FailureText;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.StringRequestContent;

/**
 * Asks over HTTP, or HTTPS where the URL says so.
 *
 * @param http started, and stopped by whoever started it; follows redirects
 */
public record HttpKeyService(HttpClient http) implements KeyService {
  /** Many times what some dozens of machines need. */
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private static final String FORM = "application/x-www-form-urlencoded";

  @Override
  public CompletableFuture<Answer> ask(Question question, long timeoutMillis) {
    try {
      Request request =
          http.newRequest(URI.create(question.url()))
              .method(question.method())
              .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
      question.form().ifPresent(form -> request.body(new StringRequestContent(FORM, form)));
      return new CompletableResponseListener(request, MAX_ANSWER_BYTES)
          .send()
          .handle(
              (response, failure) ->
                  failure == null
                      ? new Answer(response.getStatus(), response.getContentAsString())
                      : Answer.none(FailureText.of(failure)));
    } catch (RuntimeException e) { // Jetty refuses so while it stops
      return CompletableFuture.completedFuture(Answer.none(FailureText.of(e)));
    }
  }
}
