package dev.understudy.peer.driver;

/** What the driver says of its own leadership. */
public sealed interface Leadership {
  /**
   * This peer leads.
   *
   * @param term the term in which it was elected; a newer term means that leadership was lost and
   *     regained in between
   */
  record Leading(long term) implements Leadership {}

  /** This peer does not lead. */
  record NotLeading() implements Leadership {}
}
