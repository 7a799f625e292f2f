package dev.understudy.admin.cli;

/** The command line asks for what cannot be; the message is the one line to print. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message, null, false, false);
  }
}
