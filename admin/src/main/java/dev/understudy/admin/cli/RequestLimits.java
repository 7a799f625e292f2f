package dev.understudy.admin.cli;

/**
 * What clients may ask for, besides what all of it may take in memory.
 *
 * @param headerBytes request line and headers
 * @param bodyBytes the largest body
 * @param bodyMillis from the headers to the end of the body
 * @param watches that wait at once, blocking queries among them
 * @param pendingWrites that are under way at once
 */
public record RequestLimits(
    int headerBytes, int bodyBytes, long bodyMillis, int watches, int pendingWrites) {
  /** As clients of etcd expect it; watches are limited by connections alone. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(16 << 10, 3 << 19, 10_000, Integer.MAX_VALUE, 8_192);

  public RequestLimits {
    if (headerBytes < 1 || bodyBytes < 1 || bodyMillis < 1 || watches < 1 || pendingWrites < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
