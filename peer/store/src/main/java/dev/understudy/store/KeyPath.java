package dev.understudy.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The paths of keys: absolute, with segments divided by single slashes, of which none is empty,
 * {@code .} or {@code ..}.
 */
public final class KeyPath {
  /** The path of the root. */
  public static final String ROOT = "/";

  /**
   * Names in the order of their UTF-8 bytes, in which etcd sorts listings. Java's own order of
   * strings differs where characters outside the basic plane meet those at its upper end.
   */
  static final Comparator<String> BY_UTF8 = KeyPath::compareAsUtf8;

  private static final String[] NO_SEGMENTS = {};

  private KeyPath() {}

  /**
   * The shortest absolute path that means the same, by the rules of Go's {@code path.Clean}: empty
   * segments and {@code .} vanish, {@code ..} takes away the segment before it, and above the root
   * is the root. Also right for a path without a slash in front.
   */
  public static String clean(String path) {
    return isClean(path) ? path : join(cleanSegments(path));
  }

  /** Whether a name is hidden: left out of listings, and of what watches above it get. */
  static boolean isHidden(String name) {
    return name.charAt(0) == '_';
  }

  /** Whether a name can be a segment of a clean path. */
  static boolean isName(String name) {
    return !name.isEmpty() && !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0;
  }

  /** The segments of a clean path; none for the root. */
  static String[] segments(String cleanPath) {
    if (cleanPath.length() == 1) {
      return NO_SEGMENTS;
    }
    int count = 0;
    for (int i = 0; i < cleanPath.length(); i++) {
      if (cleanPath.charAt(i) == '/') {
        count++;
      }
    }
    String[] segments = new String[count];
    int from = 1;
    for (int i = 0; i < count; i++) {
      int slash = cleanPath.indexOf('/', from);
      int to = slash < 0 ? cleanPath.length() : slash;
      segments[i] = cleanPath.substring(from, to);
      from = to + 1;
    }
    return segments;
  }

  /** The path of the first {@code count} segments. */
  static String prefix(String[] segments, int count) {
    return join(List.of(segments).subList(0, count));
  }

  /**
   * Whether {@code path} lies strictly beneath {@code ancestor}, segment by segment; both clean.
   */
  static boolean isBeneath(String path, String ancestor) {
    int length = ancestor.length();
    return length == 1
        ? path.length() > 1
        : path.length() > length && path.charAt(length) == '/' && path.startsWith(ancestor);
  }

  private static boolean isClean(String path) {
    int length = path.length();
    if (length == 0 || path.charAt(0) != '/') {
      return false;
    }
    int start = 1;
    for (int i = 1; i <= length; i++) {
      if (i == length || path.charAt(i) == '/') {
        if (vanishes(path, start, i)) {
          return length == 1;
        }
        start = i + 1;
      }
    }
    return true;
  }

  /** Whether a segment is empty, {@code .} or {@code ..}. */
  private static boolean vanishes(String path, int from, int to) {
    return switch (to - from) {
      case 0 -> true;
      case 1 -> path.charAt(from) == '.';
      case 2 -> path.charAt(from) == '.' && path.charAt(from + 1) == '.';
      default -> false;
    };
  }

  private static List<String> cleanSegments(String path) {
    List<String> kept = new ArrayList<>();
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      if (!vanishes(path, from, to)) {
        kept.add(path.substring(from, to));
      } else if (to - from == 2 && !kept.isEmpty()) {
        kept.remove(kept.size() - 1);
      }
      from = to + 1;
    }
    return kept;
  }

  private static String join(List<String> segments) {
    return "/" + String.join("/", segments);
  }

  private static int compareAsUtf8(String left, String right) {
    int shorter = Math.min(left.length(), right.length());
    for (int i = 0; i < shorter; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean aSupplementary = Character.isSurrogate(a);
        return aSupplementary == Character.isSurrogate(b) ? a - b : aSupplementary ? 1 : -1;
      }
    }
    return left.length() - right.length();
  }
}
