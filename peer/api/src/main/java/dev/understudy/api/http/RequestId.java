package dev.understudy.api.http;

import dev.understudy.clusterconfig.HexId;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpFields;

/**
 * By what a request is found again: in its answer, in the log, and on the machine that it was sent
 * on to.
 */
public final class RequestId {
  /** Of requests and answers. */
  public static final String HEADER = "X-Request-Id";

  /** Longer than what balancers and tracing systems send. */
  private static final int MAX_CHARS = 128;

  private static final String PUNCTUATION = "-_.:+/=@~";

  private RequestId() {}

  /** The one that the sender chose; null for none, or one that has no business in a log. */
  static String given(HttpFields headers) {
    String id = headers.get(HEADER);
    return id != null && isUsable(id) ? id : null;
  }

  private static boolean isUsable(String id) {
    return !id.isEmpty() && id.length() <= MAX_CHARS && id.chars().allMatch(RequestId::isPlain);
  }

  private static boolean isPlain(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || PUNCTUATION.indexOf(c) >= 0;
  }

  /** A new one, which nobody has to be unable to guess. */
  static String next() {
    return HexId.text(ThreadLocalRandom.current().nextLong());
  }
}
