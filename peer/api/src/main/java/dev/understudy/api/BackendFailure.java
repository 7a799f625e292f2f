package dev.understudy.api;

/**
 * Why a peer could not do what a client asked for. An answer rather than a fault, so without a
 * stack trace. The message is shown to the client as the cause.
 */
public abstract sealed class BackendFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private BackendFailure(String message) {
    super(message, null, false, false);
  }

  /**
   * It was certainly not done and never will be: no leader, no room in the queue, or the read could
   * not be confirmed in time. Answered with 503, code 301 and {@code Retry-After: 1}.
   */
  public static final class NotApplied extends BackendFailure {
    private static final long serialVersionUID = 1L;

    public NotApplied(String message) {
      super(message);
    }
  }

  /**
   * It was certainly not done, because the keys take as much memory as they may. Answered with code
   * 405.
   */
  public static final class NoRoom extends BackendFailure {
    private static final long serialVersionUID = 1L;

    public NoRoom(String message) {
      super(message);
    }
  }

  /**
   * Whether it was or will be done cannot be said: the deadline passed, or the peer stopped while
   * it was under way. Answered with 500, code 300.
   */
  public static final class OutcomeUnknown extends BackendFailure {
    private static final long serialVersionUID = 1L;

    /** The message should say that the outcome is unknown, and why. */
    public OutcomeUnknown(String message) {
      super(message);
    }
  }
}
