package dev.understudy.admin.machine;

/** Another process has this machine's seat, and is alive. */
final class AliveElsewhereException extends StartRefusedException {
  private static final long serialVersionUID = 1L;

  AliveElsewhereException(String message) {
    super(message);
  }
}
