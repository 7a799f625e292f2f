package dev.understudy.transport;

import java.io.IOException;

/** The other peer has said goodbye: it stops, or needs this stream no more. */
final class PeerStoppedException extends IOException {
  private static final long serialVersionUID = 1;

  PeerStoppedException(String reason) {
    super(reason);
  }
}
