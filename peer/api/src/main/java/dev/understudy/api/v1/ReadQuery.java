package dev.understudy.api.v1;

import dev.understudy.api.Form;
import dev.understudy.api.http.BlockingTime;
import dev.understudy.clusterconfig.GoDuration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a read wants to be answered.
 *
 * @param index it waits for a later one; 0: it does not wait
 * @param waitMillis how long at most
 * @param stale whether any peer's state will do
 */
record ReadQuery(long index, long waitMillis, boolean stale) {
  /**
   * Reads the parameters.
   *
   * @throws BadRequestException with what is wrong, in Consul's words
   */
  static ReadQuery of(Form form) throws BadRequestException {
    boolean stale = form.first("stale") != null;
    if (stale && form.first("consistent") != null) {
      throw new BadRequestException(
          "Cannot specify ?stale with ?consistent, conflicting semantics.");
    }
    return new ReadQuery(index(form), waitMillis(form), stale);
  }

  private static long index(Form form) throws BadRequestException {
    String text = Optional.ofNullable(form.first("index")).orElse("");
    return text.isEmpty() ? 0 : unsigned(text, "Invalid index");
  }

  /** A number without sign. */
  static long unsigned(String text, String error) throws BadRequestException {
    try {
      if (!text.startsWith("+")) {
        return Long.parseUnsignedLong(text);
      }
    } catch (NumberFormatException e) {
      throw new BadRequestException(error);
    }
    throw new BadRequestException(error);
  }

  private static long waitMillis(Form form) throws BadRequestException {
    String text = Optional.ofNullable(form.first("wait")).orElse("");
    if (text.isEmpty()) {
      return BlockingTime.granted(0);
    }
    OptionalLong millis = GoDuration.parseMillis(text);
    if (millis.isEmpty()) {
      throw new BadRequestException("Invalid wait time");
    }
    return BlockingTime.granted(millis.getAsLong());
  }
}
