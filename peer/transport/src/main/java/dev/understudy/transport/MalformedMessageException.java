package dev.understudy.transport;

/** What another peer sent is not a message, or breaks a limit. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedMessageException(String message) {
    super(message);
  }

  public MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
