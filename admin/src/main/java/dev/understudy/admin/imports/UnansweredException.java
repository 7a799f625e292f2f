package dev.understudy.admin.imports;

/** One of both has not answered for some time; it may do so later. */
final class UnansweredException extends ImportException {
  private static final long serialVersionUID = 1L;

  UnansweredException(String message) {
    super(message);
  }
}
