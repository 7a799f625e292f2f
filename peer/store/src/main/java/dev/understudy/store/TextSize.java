package dev.understudy.store;

/**
 * About how much memory text takes: Java keeps two bytes a character once one is beyond Latin-1.
 */
final class TextSize {
  private static final int LAST_OF_LATIN_1 = 0xff;

  private TextSize() {}

  /** Without the headers of a string. Looks at each character, so once for a value, not again. */
  static int bytes(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) > LAST_OF_LATIN_1) {
        return 2 * length;
      }
    }
    return length;
  }
}
