package dev.understudy.users;

import java.util.Objects;

/**
 * What may be read and what may be written, as patterns of paths: a pattern that ends in a star is
 * for everything that begins like it, any other for one path alone.
 */
public record PathPermissions(NameList read, NameList write) {
  /** Nothing, in an answer {@code null}. */
  public static final PathPermissions NONE = new PathPermissions(NameList.ABSENT, NameList.ABSENT);

  private static final char STAR = '*';

  public PathPermissions {
    Objects.requireNonNull(read);
    Objects.requireNonNull(write);
  }

  /** Whether nothing is permitted by it. */
  public boolean isEmpty() {
    return read.isEmpty() && write.isEmpty();
  }

  /**
   * Whether a path may be read or written.
   *
   * @param path as it was asked for; a slash at its end counts
   * @param recursive with all that begins like it, which takes a pattern with a star
   */
  boolean permit(String path, boolean writes, boolean recursive) {
    for (String pattern : (writes ? write : read).names()) {
      if (matches(pattern, path, recursive)) {
        return true;
      }
    }
    return false;
  }

  /** An empty pattern, which etcd takes and then stumbles over, is for nothing. */
  private static boolean matches(String pattern, String path, boolean recursive) {
    int last = pattern.length() - 1;
    if (last >= 0 && pattern.charAt(last) == STAR) {
      return path.regionMatches(0, pattern, 0, last);
    }
    return !recursive && last >= 0 && pattern.equals(path);
  }
}
