package dev.understudy.tables;

/** Two rows of a table would have the same key in a unique index. */
public final class DuplicateKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DuplicateKeyException(String what) {
    super(what);
  }
}
