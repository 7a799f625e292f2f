package dev.understudy.clusterconfig;

/**
 * Text from outside, made safe to print: on a terminal, in a table, in a log. Clients choose keys
 * and values, strangers choose names, paths and reasons; none of them may move the cursor, forge a
 * line, or turn the order of what is read.
 */
public final class TerminalText {
  private TerminalText() {}

  /**
   * The same text with every character that would not be seen as itself written as {@code U+001B}
   * in braces, say: control characters of both sets, format characters (which turn the direction of
   * text, too), separators of lines and paragraphs, half characters, and what is no character.
   *
   * @return always one line
   */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each < ' ' || each > '~') {
        return text.codePoints().anyMatch(TerminalText::isUnsafe) ? escaped(text) : text;
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            each -> {
              if (isUnsafe(each)) {
                safe.append(String.format("{U+%04X}", each));
              } else {
                safe.appendCodePoint(each);
              }
            });
    return safe.toString();
  }

  private static boolean isUnsafe(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
