package dev.understudy.admin.machine;

/** Why a machine cannot start; the message is one line for an operator. */
public class StartRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  StartRefusedException(String message) {
    super(message);
  }

  StartRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
