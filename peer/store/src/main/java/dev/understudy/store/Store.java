package dev.understudy.store;

import java.util.Iterator;
import java.util.List;

/**
 * The key tree and its single writer. One thread at a time writes; any thread may take {@link
 * #current} and read it without locks.
 */
public final class Store {
  /** As many events as etcd keeps for watchers that come late. */
  public static final int DEFAULT_HISTORY = 1000;

  /**
   * As many bytes of them at most, so that overwrites of large values do not fill the memory of a
   * small machine: all thousand while keys and values have 8 KiB together, some five of the largest
   * values. A constant, because all peers shall answer alike however much memory each has.
   */
  public static final long DEFAULT_HISTORY_BYTES = 16 << 20;

  private final History.Bounds historyBounds;
  private volatile Version current;

  /** An empty store with the history of etcd. */
  public Store() {
    this(DEFAULT_HISTORY, DEFAULT_HISTORY_BYTES);
  }

  /** An empty store with another number of events in its history. */
  public Store(int historyCapacity) {
    this(historyCapacity, DEFAULT_HISTORY_BYTES);
  }

  /**
   * An empty store.
   *
   * @param historyCapacity how many events are kept; to be the same on every peer, for they shall
   *     all answer alike
   * @param historyBytes how many bytes they may take; the same holds for it. The newest event is
   *     always kept
   */
  public Store(int historyCapacity, long historyBytes) {
    historyBounds = new History.Bounds(historyCapacity, historyBytes);
    current = Version.empty(historyBounds);
  }

  /** The current version. Never blocks. */
  public Version current() {
    return current;
  }

  /**
   * Applies a write and publishes the version after it. Every success counts the index up by one, a
   * failure leaves it.
   *
   * @param nowMillis the cluster time of the write in milliseconds since the epoch
   */
  public Result apply(Operation operation, long nowMillis) {
    WriteTxn.Applied applied = new WriteTxn(current, nowMillis).apply(operation);
    current = applied.next();
    return applied.result();
  }

  /**
   * Removes every node that is due at or before a time, in order of their times, then of their
   * paths, and publishes the version after all of it.
   *
   * @param nowMillis the cluster time in milliseconds since the epoch
   * @return one event for each, in that order; a directory's is for all beneath it as well
   */
  public List<Result.Success> expire(long nowMillis) {
    Version before = current;
    if (before.nextExpirationMillis() > nowMillis || before.due().nodes().isEmpty()) {
      return List.of();
    }
    Expiry.Expired expired = Expiry.of(before, nowMillis);
    current = expired.version();
    return expired.events();
  }

  /**
   * Replaces everything by what {@link Version#records()} yielded elsewhere. All or nothing: the
   * current version stays when this throws. {@link Watchers#clear} belongs after it.
   *
   * @throws IllegalArgumentException if the records are not those of a version
   */
  public void restore(Iterator<SnapshotRecord> records) {
    current = new SnapshotLoader(historyBounds).from(records);
  }

  /**
   * Replaces everything by a version of another store, one that was restored in the background for
   * example. {@link Watchers#clear} belongs after it.
   */
  public void replace(Version version) {
    current = version;
  }
}
