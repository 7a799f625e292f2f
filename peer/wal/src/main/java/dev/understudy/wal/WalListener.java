package dev.understudy.wal;

/** Receives the events of a log, on the log's thread: must be quick and must not block. */
public interface WalListener {
  /** Does nothing. */
  WalListener NONE = cause -> {};

  /**
   * The log has failed for good: a write or a sync did not succeed, or there is a bug. Called once.
   * What was not reported durable by then never will be; the peer must stop.
   */
  void failed(Throwable cause);

  /** A sync is about to begin; {@link #synced} or {@link #failed} follows. */
  default void syncing() {}

  /**
   * A sync has succeeded.
   *
   * @param batches how many batches it made durable
   * @param bytes how many bytes of records it covered
   */
  default void synced(int batches, long bytes) {}
}
