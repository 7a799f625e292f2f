package dev.understudy.store;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One watcher's events, taken one by one. {@link #poll} may be called by any thread, by one at a
 * time if the order matters; {@link #close} by any thread at any time. Neither blocks for longer
 * than another such call takes.
 *
 * <p>Events of the past come first: for a stream they are looked up in the history while it is
 * polled, so that they wait nowhere. Live ones wait here, at most as many as {@link Watchers} was
 * told.
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
    /** More events waited than a stream may have waiting. Those that did are delivered before. */
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
     * Something waits that did not before: an event or the end. Called without locks, by the
     * writer's thread or by whoever clears; perhaps before {@link Watchers#watch} has returned;
     * perhaps once when it was polled already. Not called again before a poll has found nothing,
     * but for the end of the watch by overflow or clearing: that is always told, so that whoever is
     * stuck with an earlier event can give up. Must be cheap, must not block and must not throw; a
     * usual one hands over to an executor.
     */
    void onReady(Watch watch);
  }

  private static final Delivery NOTHING = new Delivery.Nothing();

  private final Watchers hub;
  private final WatchFilter interest;
  private final boolean stream;
  private final long startIndex;
  private final int capacity;
  private final Listener listener;

  /** Live events with a lower index are in the past that is looked up. */
  private final long liveFromIndex;

  /** Where it hangs in the hub's trie; guarded by the hub's lock. */
  private WatchTrie place;

  // All below is guarded by this lock, which is never held while calling out.
  private final Object lock = new Object();
  private final Deque<Event> waiting = new ArrayDeque<>(1);
  private History past;
  private long nextPastIndex;
  private boolean told;
  private End end;

  private Watch(
      Watchers hub,
      WatchFilter interest,
      boolean stream,
      int capacity,
      Listener listener,
      long startIndex,
      long liveFromIndex) {
    this.hub = hub;
    this.interest = interest;
    this.stream = stream;
    this.capacity = capacity;
    this.listener = listener;
    this.startIndex = startIndex;
    this.liveFromIndex = liveFromIndex;
  }

  /** A watch for live events from an index on. */
  static Watch live(
      Watchers hub,
      WatchFilter interest,
      boolean stream,
      int capacity,
      Listener listener,
      long startIndex,
      long sinceIndex) {
    return new Watch(
        hub,
        interest,
        stream,
        capacity,
        listener,
        startIndex,
        Math.max(sinceIndex, startIndex + 1));
  }

  /** A stream that replays a history from an index on before it is live. */
  static Watch replaying(
      Watchers hub,
      WatchFilter interest,
      int capacity,
      Listener listener,
      History past,
      long sinceIndex) {
    Watch watch =
        live(hub, interest, true, capacity, listener, past.lastIndex(), past.lastIndex() + 1);
    watch.past = past;
    watch.nextPastIndex = sinceIndex;
    return watch;
  }

  /** A watch that is no stream and has found its event in the past. */
  static Watch satisfied(
      Watchers hub, WatchFilter interest, Listener listener, long startIndex, Event event) {
    Watch watch = live(hub, interest, false, 1, listener, startIndex, startIndex + 1);
    watch.waiting.add(event);
    watch.end = End.DELIVERED;
    return watch;
  }

  /** The store's index when the watch began: the {@code X-Etcd-Index} of its answer. */
  public long startIndex() {
    return startIndex;
  }

  /** Why no further event will be added; null while the watch runs. What waits stays. */
  public End ended() {
    synchronized (lock) {
      return end;
    }
  }

  /** Takes the next event if there is one. */
  public Delivery poll() {
    synchronized (lock) {
      if (end == End.CLOSED) {
        return new Delivery.Ended(End.CLOSED);
      }
      Event event = nextPast();
      if (event == null) {
        event = waiting.poll();
      }
      if (event != null) {
        return new Delivery.Next(event);
      }
      if (end != null) {
        return new Delivery.Ended(end);
      }
      told = false;
      return NOTHING;
    }
  }

  /** Ends the watch and forgets what waits. Idempotent; the listener is not told. */
  @Override
  public void close() {
    synchronized (lock) {
      end = End.CLOSED;
      waiting.clear();
      past = null;
    }
    hub.forget(this);
  }

  private Event nextPast() {
    while (past != null) {
      if (nextPastIndex > past.lastIndex()) {
        past = null;
      } else {
        Event event = past.at(nextPastIndex++);
        if (interest.inPast(event)) {
          return event;
        }
      }
    }
    return null;
  }

  /**
   * Takes a live event, which the hub found to match.
   *
   * @return whether the watch wants more
   */
  boolean offer(Event event) {
    boolean more;
    boolean tell;
    synchronized (lock) {
      if (end != null) {
        return false;
      }
      if (waiting.size() >= capacity) {
        end = End.OVERFLOW;
      } else {
        waiting.add(event);
        end = stream ? null : End.DELIVERED;
      }
      more = end == null;
      tell = mustTell() || end == End.OVERFLOW;
    }
    if (tell) {
      listener.onReady(this);
    }
    return more;
  }

  /** Ends the watch after what waits. */
  void end(End reason) {
    synchronized (lock) {
      if (end != null) {
        return;
      }
      end = reason;
      told = true;
    }
    listener.onReady(this);
  }

  /** Whether the listener does not yet know that something waits. */
  private boolean mustTell() {
    boolean must = !told;
    told = true;
    return must;
  }

  boolean wants(Event event) {
    return event.index() >= liveFromIndex;
  }

  WatchFilter interest() {
    return interest;
  }

  boolean stream() {
    return stream;
  }

  WatchTrie place() {
    return place;
  }

  void place(WatchTrie next) {
    place = next;
  }
}
