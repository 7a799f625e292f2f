package dev.understudy.admin.operator;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Asks one question over HTTP, and follows no redirect. */
interface Web {
  /**
   * A question.
   *
   * @param form a body, in the form of an HTML form; empty for none
   * @param json a body in JSON; empty for none
   * @param timeoutMillis how long the answer may take; 0 for ever
   */
  record Question(
      String method, String url, Optional<String> form, Optional<String> json, long timeoutMillis) {
    static Question get(String url, long timeoutMillis) {
      return new Question("GET", url, Optional.empty(), Optional.empty(), timeoutMillis);
    }

    Question at(String other) {
      return new Question(method, other, form, json, timeoutMillis);
    }

    /** Whether it may be asked twice. */
    boolean changesNothing() {
      return method.equals("GET");
    }
  }

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   */
  record Answer(int status, String body, Map<String, String> headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /**
   * Asks, and waits.
   *
   * @throws NotSentException if the question has certainly reached nobody
   * @throws IOException if there is no answer
   */
  Answer ask(Question question) throws IOException, InterruptedException;

  /** Nobody was there to take the question. */
  final class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
