package dev.understudy.statemachine;

/**
 * The log holds a command that this release does not know. The peer must stop: skipping what others
 * apply would make its state differ from theirs.
 */
public final class UnknownCommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownCommandException(String what) {
    super("the log holds something that this release cannot apply: " + what);
  }
}
