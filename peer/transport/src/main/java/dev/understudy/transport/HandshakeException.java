package dev.understudy.transport;

import java.io.IOException;

/** The other peer does not talk with this one, and says why. */
public final class HandshakeException extends IOException {
  private static final long serialVersionUID = 1;

  HandshakeException(String reason, Throwable cause) {
    super("refused: " + reason, cause);
  }
}
