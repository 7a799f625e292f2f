package dev.understudy.admin.discovery;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The key space in which tokens lie, somewhere else: {@code /v2/keys} of an understudy or etcd. */
public interface KeyService {
  /**
   * A question.
   *
   * @param url of a key, with its query
   * @param form the body of a write, as an HTML form; empty for none
   */
  record Question(String method, String url, Optional<String> form) {}

  /**
   * What came back.
   *
   * @param status of HTTP; 0 when nobody has answered
   * @param body of the answer, or why there is none
   */
  record Answer(int status, String body) {
    /** Of nobody. */
    public static Answer none(String why) {
      return new Answer(0, why);
    }
  }

  /**
   * Asks, and returns at once. Redirects are followed with method and body.
   *
   * @return always completes, with a value, shortly after the time is over at the latest; on any
   *     thread
   */
  CompletableFuture<Answer> ask(Question question, long timeoutMillis);
}
