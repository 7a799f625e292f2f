package dev.understudy.admin.imports;

import java.util.Objects;
import java.util.Optional;

/**
 * A node of a v2 tree.
 *
 * @param path absolute
 * @param value of a key; empty for a directory
 * @param expiresAtMillis when it is due by the clock of this machine, or {@link #PERMANENT}
 */
record TreeNode(String path, Optional<String> value, long expiresAtMillis) {
  static final long PERMANENT = Long.MAX_VALUE;

  /** Both ends tell times to live in whole seconds, each rounded up. */
  private static final long TTL_TOLERANCE_MILLIS = 3_000;

  TreeNode {
    Objects.requireNonNull(path);
    Objects.requireNonNull(value);
  }

  boolean isDirectory() {
    return value.isEmpty();
  }

  boolean expires() {
    return expiresAtMillis != PERMANENT;
  }

  /** Whether a client could not tell them apart, but for their indexes. */
  boolean isLike(TreeNode other) {
    return path.equals(other.path) && value.equals(other.value) && expiresLike(other);
  }

  private boolean expiresLike(TreeNode other) {
    return expires() && other.expires()
        ? Math.abs(expiresAtMillis - other.expiresAtMillis) <= TTL_TOLERANCE_MILLIS
        : expires() == other.expires();
  }
}
