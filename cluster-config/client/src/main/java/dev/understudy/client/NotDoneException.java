package dev.understudy.client;

/**
 * Certainly not done: nobody could be reached, or nobody led, for as long as the client was to try.
 * The call may be made again.
 */
public final class NotDoneException extends ClientException {
  private static final long serialVersionUID = 1L;

  NotDoneException(String message) {
    super(message);
  }
}
