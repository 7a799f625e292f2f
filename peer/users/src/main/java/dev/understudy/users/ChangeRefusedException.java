package dev.understudy.users;

/** Ends the work on a change that is not made. */
final class ChangeRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;

  private final int httpStatus;

  ChangeRefusedException(int httpStatus, String what) {
    super("auth: " + what, null, false, false);
    this.httpStatus = httpStatus;
  }

  ChangeResult.Refused result() {
    return new ChangeResult.Refused(httpStatus, getMessage());
  }
}
