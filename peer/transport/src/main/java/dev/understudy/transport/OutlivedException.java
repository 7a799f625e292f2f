package dev.understudy.transport;

import java.io.IOException;

/** The other peer knows that this one's directory is not the newest state of its member. */
public final class OutlivedException extends IOException {
  private static final long serialVersionUID = 1;

  OutlivedException(String reason, Throwable cause) {
    super("refused: " + reason, cause);
  }
}
