package dev.understudy.transport;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;

/**
 * What went wrong, in words for an operator: the names of exceptions' classes mean nothing there.
 */
public final class FailureText {
  private FailureText() {}

  /** One line, never empty. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof UnknownHostException) {
      return "unknown host " + message;
    }
    if (message != null && !message.isBlank()) {
      return message;
    }
    if (failure instanceof TimeoutException) {
      return "no answer in time";
    }
    if (failure instanceof ClosedChannelException) {
      return "the connection was closed";
    }
    return failure instanceof ConnectException ? "connection refused" : "the connection failed";
  }
}
