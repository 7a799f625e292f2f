package dev.understudy.store;

import java.util.Iterator;

/**
 * One immutable state of the store. Any thread may read it, for as long as it likes, without locks.
 */
public final class Version {
  /** The number of successful writes so far: the {@code X-Etcd-Index} of answers. */
  public long index() {
    throw new UnsupportedOperationException();
  }

  /** How many nodes there are, the root not counted. */
  public long nodeCount() {
    throw new UnsupportedOperationException();
  }

  /** The counters of write operations. */
  public Statistics statistics() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a node.
   *
   * @param recursive whether the nodes of a directory are listed with theirs, and so on
   * @return an event with the action {@code get}, or code 100 or 104
   */
  public Result get(String path, boolean recursive) {
    throw new UnsupportedOperationException(path + recursive);
  }

  /**
   * The cluster time in milliseconds at which the next node is due, or {@link NodeView#PERMANENT}.
   */
  public long nextExpirationMillis() {
    throw new UnsupportedOperationException();
  }

  /** Everything in this version, for a snapshot; see {@link Store#restore}. */
  public Iterator<SnapshotRecord> records() {
    throw new UnsupportedOperationException();
  }
}
