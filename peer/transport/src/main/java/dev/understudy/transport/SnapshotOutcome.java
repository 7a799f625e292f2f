package dev.understudy.transport;

/** How a transfer of a snapshot ended; exactly one of the two is called, once. */
public interface SnapshotOutcome {
  /** The snapshot is durable at the other peer. */
  void delivered();

  /** It is not, or nobody knows; trying again is safe. */
  void failed(Exception cause);
}
