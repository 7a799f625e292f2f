package dev.understudy.admin.imports;

/** The target has a key where there should be a directory, or the other way round. */
final class ConflictException extends ImportException {
  private static final long serialVersionUID = 1L;

  ConflictException(String message) {
    super(message);
  }
}
