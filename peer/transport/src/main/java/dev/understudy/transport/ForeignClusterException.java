package dev.understudy.transport;

import java.io.IOException;

/** At the other peer's address a peer of another cluster answers. */
public final class ForeignClusterException extends IOException {
  private static final long serialVersionUID = 1;

  ForeignClusterException(String reason, Throwable cause) {
    super("refused: " + reason, cause);
  }
}
