package dev.understudy.admin.discovery;

/** A token cannot be used; the message is one line. */
public final class DiscoveryException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean forGood;

  DiscoveryException(String message, boolean forGood) {
    super(message, null, false, false);
    this.forGood = forGood;
  }

  /** Whether to ask again is of no use. */
  public boolean isForGood() {
    return forGood;
  }
}
