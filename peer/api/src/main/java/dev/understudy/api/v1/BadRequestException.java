package dev.understudy.api.v1;

/** What a client has asked makes no sense; the message is its answer. */
final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  BadRequestException(String what) {
    super(what, null, false, false);
  }
}
