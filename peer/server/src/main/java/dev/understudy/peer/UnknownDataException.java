package dev.understudy.peer;

import java.io.IOException;

/**
 * A directory holds data that a start must not replace or remove. The message is one line for an
 * operator: what was found, and how to go on.
 */
public final class UnknownDataException extends IOException {
  private static final long serialVersionUID = 1L;

  public UnknownDataException(String message) {
    super(message);
  }
}
