package dev.understudy.store;

/**
 * The paths of keys: absolute, segments divided by single slashes, none empty, {@code .} or {@code
 * ..}.
 */
public final class KeyPath {
  /** The path of the root. */
  public static final String ROOT = "/";

  private KeyPath() {}

  /** The shortest absolute path that means the same, by the rules of Go's {@code path.Clean}. */
  public static String clean(String path) {
    throw new UnsupportedOperationException(path);
  }
}
