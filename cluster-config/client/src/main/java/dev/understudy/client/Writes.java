package dev.understudy.client;

import java.time.Duration;

/** Makes requests of writes, and reads what they are answered. */
final class Writes {
  private Writes() {}

  static Request put(String key, String value, WriteOptions options) {
    return withTtl(Request.write("PUT", key).with("value", value), options);
  }

  static Request withTtl(Request request, WriteOptions options) {
    return options.ttl().isPresent() ? withTtl(request, options.ttl().get()) : request;
  }

  static Request withTtl(Request request, Duration ttl) {
    return request.with("ttl", ttl.toSeconds());
  }

  /** The node that an answer tells of. */
  static Node node(Attempt.Answered answered) throws OutcomeUnknownException {
    return event(answered).node();
  }

  static KeyEvent event(Attempt.Answered answered) throws OutcomeUnknownException {
    return KeysJson.event(answered.body())
        .orElseThrow(() -> new OutcomeUnknownException("the answer is none of the keys API"));
  }
}
