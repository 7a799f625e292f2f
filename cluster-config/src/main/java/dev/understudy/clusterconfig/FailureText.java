package dev.understudy.clusterconfig;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/**
 * What went wrong, in words for an operator: the names of exceptions' classes mean nothing there,
 * and Java's messages often are a class name, the name of a file, or nothing at all.
 */
public final class FailureText {
  private static final int MAX_CAUSES = 10;

  private FailureText() {}

  /** One line, never empty, without the name of a class. */
  public static String of(Throwable failure) {
    Throwable told = unwrapped(failure);
    String message = told.getMessage();
    if (told instanceof UnknownHostException) {
      return "unknown host " + message;
    }
    if (told instanceof FileSystemException file && file.getReason() == null) {
      return message + ": " + reason(file);
    }
    return message == null || message.isBlank() || isOfAConnection(told)
        ? kind(told)
        : TerminalText.of(message);
  }

  /** Jetty has a connection that ends early describe itself, with the state of its buffers. */
  private static boolean isOfAConnection(Throwable failure) {
    return failure instanceof EOFException && failure.getMessage().indexOf('@') >= 0;
  }

  /** Past what only passes a failure on, and has the failure's class name for a message. */
  private static Throwable unwrapped(Throwable failure) {
    Throwable each = failure;
    for (int i = 0; i < MAX_CAUSES && passesOn(each); i++) {
      each = each.getCause();
    }
    return each;
  }

  private static boolean passesOn(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause != null
        && cause != failure
        && (failure.getMessage() == null || failure.getMessage().equals(cause.toString()));
  }

  private static String reason(FileSystemException file) {
    if (file instanceof NoSuchFileException) {
      return "there is no such file or directory";
    }
    return file instanceof AccessDeniedException ? "permission denied" : "cannot be used";
  }

  private static String kind(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "no answer in time";
    }
    if (failure instanceof ClosedChannelException || failure instanceof EOFException) {
      return "the connection was closed";
    }
    if (failure instanceof ConnectException) {
      return "connection refused";
    }
    if (failure instanceof UnresolvedAddressException) {
      return "the address is not known here";
    }
    if (failure instanceof CancellationException) {
      return "given up";
    }
    if (failure instanceof InterruptedException) {
      return "interrupted";
    }
    return failure instanceof IOException
        ? "input or output has failed"
        : "a bug in this program, without further words";
  }
}
