package dev.understudy.api;

/** Truth values and numbers, as strict as Go's parsers are. */
final class Flags {
  private Flags() {}

  /** The truth value; null when the text is none. */
  static Boolean parse(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> Boolean.TRUE;
      case "0", "f", "F", "false", "FALSE", "False" -> Boolean.FALSE;
      default -> null;
    };
  }

  /**
   * An unsigned number of 64 bits, ASCII digits only.
   *
   * @throws NumberFormatException when the text is anything else
   */
  static long unsigned(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        throw new NumberFormatException(text);
      }
    }
    return Long.parseUnsignedLong(text);
  }
}
