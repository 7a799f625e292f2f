package dev.understudy.client;

/**
 * Hears of a watched key or directory, on the watch's own thread: what it does there holds up the
 * watch, and nothing else.
 */
public interface WatchListener {
  /** The state at the beginning; events follow it without a gap. */
  default void began(Reading now) {}

  /** A change, in the order of their indexes. */
  void changed(KeyEvent event);

  /**
   * The cluster no longer has the history behind the last event, so that changes may have been
   * missed: this is the state now, and events follow it without a gap.
   */
  void missed(Reading now);

  /**
   * Nobody answers at the moment; the watch goes on by itself when somebody does. Once for each
   * failed try.
   */
  default void disturbed(ClientException reason) {}

  /** The cluster refuses the watch (no right to read it, say), which has ended. */
  default void refused(RefusedException reason) {}
}
