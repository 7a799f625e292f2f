package dev.understudy.api.v1;

import dev.understudy.api.Form;
import dev.understudy.clusterconfig.ApiException;

/** How long a read under {@code /v1} may wait before it is answered at all. */
public final class BlockingTime {
  /** What is added to a wait by chance, so that those who wait do not all come back at once. */
  static final long JITTER = 16;

  private static final int MAX_PARAMETERS = 100;

  private BlockingTime() {}

  /**
   * The longest wait that a query asks for, in milliseconds, its jitter included; 0 when it does
   * not wait, or is answered with an error.
   *
   * @param query of the request, still escaped; null for none
   */
  public static long atMostMillis(String query) {
    try {
      ReadQuery read = ReadQuery.of(Form.parse(null, query, MAX_PARAMETERS));
      return read.index() == 0 ? 0 : withJitter(read.waitMillis());
    } catch (ApiException | BadRequestException refused) {
      return 0;
    }
  }

  private static long withJitter(long millis) {
    return millis + millis / JITTER;
  }
}
