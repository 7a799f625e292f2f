package dev.understudy.store;

/**
 * One watcher's events, taken one by one. {@link #poll} may be called by any thread, by one at a
 * time; {@link #close} by any thread at any time.
 */
public final class Watch implements AutoCloseable {
  /** What {@link #poll} found. */
  public sealed interface Delivery {
    /** The next event. */
    record Next(Event event) implements Delivery {}

    /** Nothing now; the listener is told when there is something. */
    record Nothing() implements Delivery {}

    /** No event will come any more. */
    record Ended(End reason) implements Delivery {}
  }

  /** Why a watch ended. */
  public enum End {
    /** It was no stream and has delivered its event. */
    DELIVERED,
    /** More events waited than a stream may have waiting. */
    OVERFLOW,
    /** All watches were cleared: the store was restored or the peer stops (code 400). */
    CLEARED,
    /** {@link Watch#close} was called. */
    CLOSED
  }

  /** Told that {@link Watch#poll} will find something. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Something waits that did not before. Called without locks, by the writer's thread or by
     * whoever clears or closes, perhaps before {@link Watchers#watch} has returned, perhaps once
     * too often. Must be cheap, must not block and must not throw; a usual one hands over to an
     * executor.
     */
    void onReady(Watch watch);
  }

  /** The store's index when the watch began: the {@code X-Etcd-Index} of its answer. */
  public long startIndex() {
    throw new UnsupportedOperationException();
  }

  /** Takes the next event if there is one. Never blocks. */
  public Delivery poll() {
    throw new UnsupportedOperationException();
  }

  /** Ends the watch and forgets what waits. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
