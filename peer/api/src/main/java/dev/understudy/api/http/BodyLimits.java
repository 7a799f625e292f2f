package dev.understudy.api.http;

/**
 * What a door accepts as a request's body.
 *
 * @param maxBytes the largest body
 * @param timeoutMillis how long a body that did not arrive with its headers may take
 */
public record BodyLimits(int maxBytes, long timeoutMillis) {
  /** For small JSON documents: a config or a join has some hundred bytes. */
  public static final BodyLimits SMALL = new BodyLimits(64 << 10, 10_000);

  public BodyLimits {
    if (maxBytes < 1 || timeoutMillis < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
