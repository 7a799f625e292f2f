package dev.understudy.clusterconfig;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as programs in Go write them in JSON: {@code 200ms}, {@code 1m30s}. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("\\+?(?:" + PART.pattern() + ")+");
  private static final int MAX_LENGTH = 64;

  private static final Map<String, BigDecimal> MILLIS =
      Map.of(
          "ns",
          new BigDecimal("0.000001"),
          "us",
          new BigDecimal("0.001"),
          "µs",
          new BigDecimal("0.001"),
          "μs",
          new BigDecimal("0.001"),
          "ms",
          BigDecimal.ONE,
          "s",
          BigDecimal.valueOf(1_000),
          "m",
          BigDecimal.valueOf(60_000),
          "h",
          BigDecimal.valueOf(3_600_000));

  private GoDuration() {}

  /**
   * Reads one that is not negative.
   *
   * @return milliseconds, rounded up; empty when the text is no duration, or is one of more than
   *     292 years
   */
  public static OptionalLong parseMillis(String text) {
    if (text.equals("0")) {
      return OptionalLong.of(0);
    }
    if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    BigDecimal millis = BigDecimal.ZERO;
    Matcher parts = PART.matcher(text);
    while (parts.find()) {
      millis = millis.add(new BigDecimal(parts.group(1)).multiply(MILLIS.get(parts.group(2))));
    }
    // Go counts nanoseconds in 64 bits.
    BigDecimal longest = BigDecimal.valueOf(Long.MAX_VALUE / 1_000_000);
    return millis.compareTo(longest) > 0
        ? OptionalLong.empty()
        : OptionalLong.of(millis.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  /** Writes one as Go does. */
  public static String ofMillis(long millis) {
    if (millis < 0) {
      return "-" + ofMillis(-millis);
    }
    if (millis == 0) {
      return "0s";
    }
    if (millis < 1_000) {
      return millis + "ms";
    }
    long minutes = millis / 60_000;
    BigDecimal seconds = BigDecimal.valueOf(millis % 60_000, 3).stripTrailingZeros();
    String text = seconds.toPlainString() + "s";
    if (minutes > 0) {
      text = minutes % 60 + "m" + text;
    }
    return minutes >= 60 ? minutes / 60 + "h" + text : text;
  }
}
