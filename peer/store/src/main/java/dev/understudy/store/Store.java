package dev.understudy.store;

import java.util.Iterator;
import java.util.List;

/** The key tree and its single writer. One thread writes; any thread may take {@link #current}. */
public final class Store {
  /** The current version. Never blocks. */
  public Version current() {
    throw new UnsupportedOperationException();
  }

  /**
   * Applies a write and publishes the version after it.
   *
   * @param nowMillis the cluster time of the write in milliseconds since the epoch
   */
  public Result apply(Operation operation, long nowMillis) {
    throw new UnsupportedOperationException(operation + " " + nowMillis);
  }

  /**
   * Removes every node that is due, in order of time, then of path, and publishes the version after
   * it.
   *
   * @param nowMillis the cluster time in milliseconds since the epoch
   * @return one event for each, in that order; a directory's stands for all beneath it
   */
  public List<Result.Success> expire(long nowMillis) {
    throw new UnsupportedOperationException("" + nowMillis);
  }

  /**
   * Replaces everything by what {@link Version#records()} yielded elsewhere. All or nothing: the
   * current version stays when this throws.
   *
   * @throws IllegalArgumentException if the records are not those of a version
   */
  public void restore(Iterator<SnapshotRecord> records) {
    throw new UnsupportedOperationException("" + records);
  }
}
