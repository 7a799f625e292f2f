package dev.understudy.testkit.swarm;

/**
 * Something that happens to a cluster at a time of a {@link Plan}. Plans are compared, printed and
 * made smaller, so an action is a record of plain values; whatever chance it needs, it has drawn
 * before.
 */
public interface Action {
  /** Lets it happen, or begin to; when the cluster is in no state for it, nothing happens. */
  void happen(Stage stage);
}
