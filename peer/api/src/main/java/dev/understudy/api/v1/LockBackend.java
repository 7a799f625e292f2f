package dev.understudy.api.v1;

import dev.understudy.locks.LockOperation;
import dev.understudy.locks.Session;
import dev.understudy.locks.TxnResult;
import dev.understudy.tables.Read;
import dev.understudy.tables.Snapshot;
import dev.understudy.tables.Watch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sessions and locks of a peer, as {@code /v1} sees them. Every method may be called by any thread
 * and returns at once. Futures fail with a {@link dev.understudy.api.BackendFailure}.
 */
public interface LockBackend {
  /** The name of this machine. */
  String node();

  /** All there is, as this peer has applied it. */
  Snapshot current();

  /** Asks, and is told of the first change; what is told must not block. */
  <T> Watch<T> watch(Read<T> read, Runnable changed);

  /** Makes a session; empty when there is one of its id. */
  CompletableFuture<Optional<Session>> create(Session session);

  /** Ends a session; how many there were. */
  CompletableFuture<Integer> end(String id);

  /** Reads and changes entries: all steps, or none. */
  CompletableFuture<TxnResult> apply(List<LockOperation> steps);

  /** Lets a session live on. */
  CompletableFuture<Renewal> renew(String id);

  /** How long ago this peer was in touch with a leader, in milliseconds; 0 on the leader. */
  long lastContactMillis();

  /** A random number from 0 to below the bound. */
  long random(long bound);

  /** What became of a renewal. */
  sealed interface Renewal {
    /** It will not be ended before its time to live has passed from now. */
    record Renewed(Session session) implements Renewal {}

    /** There is no such session. */
    record Unknown() implements Renewal {}

    /**
     * This peer does not lead.
     *
     * @param leaderClientUrl where to ask; empty when no leader is known
     */
    record Elsewhere(Optional<String> leaderClientUrl) implements Renewal {}
  }
}
