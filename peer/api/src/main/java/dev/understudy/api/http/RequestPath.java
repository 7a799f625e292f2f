package dev.understudy.api.http;

import java.nio.charset.StandardCharsets;

/**
 * The path of a request, read as Go's HTTP server reads it: escapes are undone first, then the path
 * must be clean (no empty, {@code .} or {@code ..} segment), or else the client is sent to the
 * clean one. A slash that came escaped counts as a slash.
 */
public final class RequestPath {
  /** What may stand in a path unescaped, besides letters and digits. */
  private static final String PLAIN = "-_.~$&+,/:;=@";

  private RequestPath() {}

  /** Undoes the escapes; null when one is malformed, or when what they stand for is not UTF-8. */
  public static String decode(String raw) {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    byte[] bytes = raw.getBytes(StandardCharsets.UTF_8);
    int to = 0;
    for (int from = 0; from < bytes.length; from++) {
      byte b = bytes[from];
      if (b == '%') {
        int value = Escapes.hexPair(bytes, from + 1, bytes.length);
        if (value < 0) {
          return null;
        }
        b = (byte) value;
        from += 2;
      }
      bytes[to++] = b;
    }
    return Utf8.decode(bytes, 0, to);
  }

  /** Whether a percent sign before the query begins no escape. */
  public static boolean hasBrokenEscape(String rawTarget) {
    int query = rawTarget.indexOf('?');
    byte[] path =
        (query < 0 ? rawTarget : rawTarget.substring(0, query)).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < path.length; i++) {
      if (path[i] == '%' && Escapes.hexPair(path, i + 1, path.length) < 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@link #clean} would return the same path. */
  public static boolean isClean(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return false;
    }
    int start = 1;
    for (int i = 1; i <= path.length(); i++) {
      if (i == path.length() || path.charAt(i) == '/') {
        if (isOdd(path, start, i)) {
          return false;
        }
        start = i + 1;
      }
    }
    return true;
  }

  /** The path without empty, {@code .} and {@code ..} segments; a slash at its end stays. */
  public static String clean(String path) {
    StringBuilder out = new StringBuilder(path.length() + 1);
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..")) {
        out.setLength(Math.max(0, out.lastIndexOf("/")));
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        out.append('/').append(segment);
      }
    }
    if (out.length() == 0 || path.endsWith("/")) {
      out.append('/');
    }
    return out.toString();
  }

  /** The path as it may stand in a {@code Location} header. */
  public static String encode(String path) {
    StringBuilder out = new StringBuilder(path.length() + 8);
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain(b)) {
        out.append((char) b);
      } else {
        out.append('%').append(hexDigit(b >> 4)).append(hexDigit(b));
      }
    }
    return out.toString();
  }

  /**
   * A target as it may stand in a header: all that is not visible ASCII is escaped, byte by byte.
   * Escapes that it has already, and every sign that separates its parts, stay as they are.
   */
  public static String escapeForHeader(String target) {
    StringBuilder out = null;
    for (int i = 0; i < target.length(); ) {
      int c = target.codePointAt(i);
      int next = i + Character.charCount(c);
      boolean visible = c > ' ' && c < 0x7f;
      if (!visible && out == null) {
        out = new StringBuilder(target.length() + 16).append(target, 0, i);
      }
      if (!visible) {
        appendEscaped(out, target.substring(i, next));
      } else if (out != null) {
        out.append((char) c);
      }
      i = next;
    }
    return out == null ? target : out.toString();
  }

  private static void appendEscaped(StringBuilder out, String sign) {
    for (byte b : sign.getBytes(StandardCharsets.UTF_8)) {
      out.append('%').append(hexDigit(b >> 4)).append(hexDigit(b));
    }
  }

  private static boolean isOdd(String path, int start, int end) {
    return switch (end - start) {
      case 0 -> end != path.length(); // only the last segment may be empty
      case 1 -> path.charAt(start) == '.';
      case 2 -> path.charAt(start) == '.' && path.charAt(start + 1) == '.';
      default -> false;
    };
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || PLAIN.indexOf(b) >= 0;
  }

  private static char hexDigit(int nibble) {
    return "0123456789ABCDEF".charAt(nibble & 15);
  }
}
