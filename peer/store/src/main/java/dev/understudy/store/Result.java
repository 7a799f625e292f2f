package dev.understudy.store;

/** What became of a request to the store. */
public sealed interface Result {
  /**
   * It was done.
   *
   * @param event what happened, as the client sees it
   * @param before for a write, the version before it; for a read, the version that was read. Where
   *     many files expire at once, the version before the first of them
   */
  record Success(Event event, Version before) implements Result {}

  /** It was refused and, but for the counters, nothing changed. */
  record Failure(StoreError error) implements Result {}
}
