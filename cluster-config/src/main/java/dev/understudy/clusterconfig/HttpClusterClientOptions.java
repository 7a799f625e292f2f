package dev.understudy.clusterconfig;

/**
 * Limits of a {@link HttpClusterClient}.
 *
 * @param connectTimeoutMillis how long to wait for a connection; a question's own deadline is never
 *     extended by it
 * @param maxBodyBytes the longest body of an answer that is read
 * @param maxRedirects how many redirects one question follows
 * @param maxThreads threads of the client at most
 */
public record HttpClusterClientOptions(
    long connectTimeoutMillis, int maxBodyBytes, int maxRedirects, int maxThreads) {
  /**
   * A second is a dozen round trips around the earth: a machine that does not take a connection
   * within it is no better than a dead one. A list of a thousand machines has some 200 KiB. Ten
   * redirects are more leaders than any election goes through while one question lasts. Four
   * threads: the client waits for peers, it does not compute.
   */
  public static final HttpClusterClientOptions DEFAULT =
      new HttpClusterClientOptions(1_000, 1 << 20, 10, 4);

  public HttpClusterClientOptions {
    if (connectTimeoutMillis <= 0 || maxBodyBytes <= 0 || maxRedirects < 0 || maxThreads < 3) {
      throw new IllegalArgumentException(
          "limits must be positive, with three threads at least: one selects, one answers, one is"
              + " spare");
    }
  }

  /** The same for a question that must be answered where it is put. */
  HttpClusterClientOptions withoutRedirects() {
    return new HttpClusterClientOptions(connectTimeoutMillis, maxBodyBytes, 0, maxThreads);
  }
}
