package dev.understudy.it.processes;

import java.util.Optional;

/**
 * One line of a case. In paths and bodies {@code $} stands for the case's own directory and
 * {@code @+N} for the index N after the start of the case.
 */
sealed interface V2Step {
  /** A request, and its body with the type of that. */
  record Request(
      String method,
      String path,
      Optional<String> body,
      String contentType,
      Optional<String> credentials)
      implements V2Step {
    static final String FORM = "application/x-www-form-urlencoded";

    static Request of(String method, String path) {
      return new Request(method, path, Optional.empty(), FORM, Optional.empty());
    }

    static Request ofForm(String method, String path, String form) {
      return raw(method, path, FORM, form);
    }

    static Request raw(String method, String path, String contentType, String body) {
      return new Request(method, path, Optional.of(body), contentType, Optional.empty());
    }

    /** The same of a user, with a password behind a colon. */
    Request as(String user) {
      return new Request(method, path, body, contentType, Optional.of(user));
    }

    @Override
    public String toString() {
      return credentials.map(user -> "as " + user + " ").orElse("")
          + method
          + " "
          + path
          + body.map(text -> "  [" + text + "]").orElse("");
    }
  }

  /** A request that is sent and left waiting. */
  record Watch(String name, Request request) implements V2Step {}

  /** Waits for the answer of a watch, which may also be that there is none. */
  record Join(String name) implements V2Step {}

  /** Lets time pass on the servers, for what expires. */
  record Pause(long millis) implements V2Step {}
}
