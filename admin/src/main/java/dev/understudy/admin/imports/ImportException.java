package dev.understudy.admin.imports;

/** An import cannot go on; the message is one line for whoever runs it. */
class ImportException extends Exception {
  private static final long serialVersionUID = 1L;

  ImportException(String message) {
    super(message);
  }
}
