package dev.understudy.raft;

/**
 * Checks that are always on. They are for bugs and for lost disks: what a peer or a user can cause
 * is handled instead.
 */
final class Check {
  private Check() {}

  /** Throws {@link IllegalStateException} unless the condition holds. */
  static void that(boolean condition, String invariant) {
    if (!condition) {
      throw new IllegalStateException(invariant);
    }
  }

  /** Like {@link #that(boolean, String)}, with two numbers that explain the failure. */
  static void that(boolean condition, String invariant, long left, long right) {
    if (!condition) {
      throw new IllegalStateException(invariant + ": " + left + ", " + right);
    }
  }

  /** Throws {@link IllegalArgumentException} unless a caller's argument is sensible. */
  static void argument(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
