package dev.understudy.clusterconfig.tls;

import java.io.IOException;

/** Certificates, keys or what is said of them cannot be used; the message is one line of why. */
public final class TlsException extends IOException {
  private static final long serialVersionUID = 1L;

  TlsException(String message) {
    super(message);
  }

  TlsException(String message, Throwable cause) {
    super(message, cause);
  }
}
