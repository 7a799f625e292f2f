package dev.understudy.admin.machine;

import dev.understudy.wal.FileFailure;
import java.io.IOException;

/** Why a machine cannot start; the message is one line for an operator. */
public class StartRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  StartRefusedException(String message) {
    super(message);
  }

  StartRefusedException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * What an operator is told of a failure.
   *
   * @throws IllegalStateException if it is a bug rather than anything of the environment
   */
  public static StartRefusedException because(Throwable cause) {
    if (cause instanceof StartRefusedException refused) {
      return refused;
    }
    if (cause instanceof IOException failure) {
      return new StartRefusedException(FileFailure.reason(failure), cause);
    }
    throw new IllegalStateException("the first mode could not be started", cause);
  }
}
