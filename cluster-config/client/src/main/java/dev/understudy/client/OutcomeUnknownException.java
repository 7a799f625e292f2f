package dev.understudy.client;

/**
 * The write was sent, and no answer says what became of it: it may have been done, may be done yet,
 * or never. Whoever makes the call again may do it twice.
 */
public final class OutcomeUnknownException extends ClientException {
  private static final long serialVersionUID = 1L;

  OutcomeUnknownException(String message) {
    super(message);
  }
}
