package dev.understudy.store;

/** All who watch a store, and how they are told. */
public final class Watchers {
  /** How many events may wait for a stream's reader; as many as etcd allows. */
  public static final int DEFAULT_CAPACITY = 100;

  /** What became of a wish to watch. */
  public sealed interface Registration {
    /** The watch runs; poll it at once, and then whenever its listener is told. */
    record Started(Watch watch) implements Registration {}

    /** Code 401 (the history no longer reaches back) or 400 (closed). */
    record Refused(StoreError error) implements Registration {}
  }

  public Watchers(Store store) {
    this(store, DEFAULT_CAPACITY);
  }

  /**
   * @param store whose changes are watched
   * @param capacity how many events may wait for the reader of a stream before it is ended
   */
  public Watchers(Store store, int capacity) {}

  /**
   * Begins to watch. Any thread.
   *
   * @param path the node
   * @param recursive whether also what is beneath
   * @param stream whether the watch goes on after its first event
   * @param sinceIndex the first index of interest; 0: from the next change on
   * @param listener told when there is something to poll
   */
  public Registration watch(
      String path, boolean recursive, boolean stream, long sinceIndex, Watch.Listener listener) {
    throw new UnsupportedOperationException();
  }

  /** Tells the watchers of a change; the writer's thread, after it was applied, in order. */
  public void notify(Result.Success change) {
    throw new UnsupportedOperationException();
  }

  /** Ends all watches with {@link Watch.End#CLEARED}. The writer's thread, after a restore. */
  public void clear() {
    throw new UnsupportedOperationException();
  }

  /** As {@link #clear}, and refuses every further watch. Idempotent, any thread. */
  public void close() {
    throw new UnsupportedOperationException();
  }

  /** How many watches are waiting for events. Any thread. */
  public int count() {
    throw new UnsupportedOperationException();
  }
}
