package dev.understudy.transport;

import java.io.IOException;

/** What another peer sends does not come as fast as it has to. */
final class SlowTransferException extends IOException {
  private static final long serialVersionUID = 1;

  SlowTransferException(String message) {
    super(message);
  }
}
