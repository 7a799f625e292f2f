package dev.understudy.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One watcher's events, taken one by one. {@link #peek}, {@link #advance} and {@link #poll} may be
 * called by any thread, by one at a time if the order matters; {@link #close} by any thread at any
 * time. None blocks for longer than another such call takes.
 *
 * <p>Events of the past come first: a stream looks them up in the current history while it is
 * polled, so that it keeps none of them alive; a stream that falls behind the history ends. Live
 * ones wait here, at most as many as the capacity and the memory for them allow.
 */
public final class Watch implements AutoCloseable {
  /** What {@link #poll} found. */
  public sealed interface Delivery {
    /** The next event. */
    record Next(Event event) implements Delivery {}

    /** Nothing now; the listener is notified when there is something. */
    record Nothing() implements Delivery {}

    /** No event will come any more. */
    record Ended(End reason) implements Delivery {}
  }

  /** Why a watch ended. */
  public enum End {
    /** It was no stream and has delivered its event. */
    DELIVERED,
    /**
     * More events waited, or larger ones, than may, or the history has forgotten what was still to
     * be told. What waits is delivered before, unless all watches together have to make room.
     */
    OVERFLOW,
    /** All watches were cleared: the store was restored or the peer stops (code 400). */
    CLEARED,
    /** {@link Watch#close} was called. */
    CLOSED
  }

  /** Notified that {@link Watch#poll} will find something. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Something waits that did not before: an event or the end. Called without locks, by the
     * writer's thread, by the one that clears or by one that begins another watch; perhaps before
     * {@link Watchers#watch} has returned; perhaps once when it was polled already. Not called
     * again before a poll has found nothing, but for the end of the watch by overflow or clearing:
     * that is always reported, so that a reader stuck with an earlier event can give up. Must be
     * cheap, must not block and must not throw; a usual one hands over to an executor.
     */
    void onReady(Watch watch);
  }

  private static final Delivery NOTHING = new Delivery.Nothing();

  private final Consumer<Watch> onClose;
  private final WatchFilter filter;
  private final boolean stream;
  private final long startIndex;
  private final int capacity;
  private final WaitingMemory memory;
  private final Listener listener;

  /** Live events with a lower index are in the past that is looked up. */
  private final long liveFromIndex;

  // All below is guarded by this lock, which is never held while calling out.
  private final Object lock = new Object();
  private final Deque<WaitingMemory.Held> waiting = new ArrayDeque<>(1);
  private long waitingBytes;
  private Supplier<History> history;
  private long nextPastIndex = 1;
  private long lastPastIndex;
  private boolean notified;
  private End end;

  private Watch(
      Consumer<Watch> onClose,
      WatchFilter filter,
      boolean stream,
      int capacity,
      WaitingMemory memory,
      Listener listener,
      long startIndex,
      long liveFromIndex) {
    this.onClose = onClose;
    this.filter = filter;
    this.stream = stream;
    this.capacity = capacity;
    this.memory = memory;
    this.listener = listener;
    this.startIndex = startIndex;
    this.liveFromIndex = liveFromIndex;
  }

  /** A watch for live events from an index on. */
  static Watch live(
      Consumer<Watch> onClose,
      WatchFilter filter,
      boolean stream,
      int capacity,
      WaitingMemory memory,
      Listener listener,
      long startIndex,
      long sinceIndex) {
    return new Watch(
        onClose,
        filter,
        stream,
        capacity,
        memory,
        listener,
        startIndex,
        Math.max(sinceIndex, startIndex + 1));
  }

  /**
   * A stream that replays the past from an index on before it is live.
   *
   * @param index the store's, up to which the past goes
   * @param history the current one, as of each moment
   */
  static Watch replaying(
      Consumer<Watch> onClose,
      WatchFilter filter,
      int capacity,
      WaitingMemory memory,
      Listener listener,
      Supplier<History> history,
      long index,
      long sinceIndex) {
    Watch watch = live(onClose, filter, true, capacity, memory, listener, index, index + 1);
    watch.history = history;
    watch.nextPastIndex = sinceIndex;
    watch.lastPastIndex = index;
    return watch;
  }

  /**
   * A watch that is no stream and has found its event in the past.
   *
   * @param event held by the caller
   */
  static Watch satisfied(
      Consumer<Watch> onClose,
      WatchFilter filter,
      WaitingMemory memory,
      Listener listener,
      long startIndex,
      WaitingMemory.Held event) {
    Watch watch = live(onClose, filter, false, 1, memory, listener, startIndex, startIndex + 1);
    watch.add(event);
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
      Delivery next = peek();
      if (next instanceof Delivery.Next) {
        advance();
      }
      return next;
    }
  }

  /**
   * Shows the next event if there is one. It counts as waiting, and is shown again, until {@link
   * #advance}; but the watch may end before that, and then is to be done without it.
   */
  public Delivery peek() {
    synchronized (lock) {
      Event event = nextPast();
      if (event == null && !waiting.isEmpty()) {
        memory.read(this);
        event = waiting.element().event();
      }
      if (event != null) {
        return new Delivery.Next(event);
      }
      if (end != null) {
        return new Delivery.Ended(end);
      }
      notified = false;
      return NOTHING;
    }
  }

  /** Goes on behind the event that {@link #peek} has shown, if it is still there. */
  public void advance() {
    synchronized (lock) {
      if (isInPast()) {
        nextPastIndex++;
      } else if (!waiting.isEmpty()) {
        removeNext();
      }
    }
  }

  /** Ends the watch and forgets what waits. Idempotent; the listener is not notified. */
  @Override
  public void close() {
    synchronized (lock) {
      end = End.CLOSED;
      forgetAll();
    }
    onClose.accept(this);
  }

  /** Ends the watch and forgets what waits, unless its reader has taken it at last. */
  void evict() {
    boolean notify;
    synchronized (lock) {
      if (waiting.isEmpty()) {
        return;
      }
      notify = endUndelivered();
      forgetAll();
      notified = true;
    }
    onClose.accept(this);
    if (notify) {
      listener.onReady(this);
    }
  }

  /** Ends what has not ended, or would have with its event; returns whether that is news. */
  private boolean endUndelivered() {
    if (end != null && end != End.DELIVERED) {
      return false;
    }
    end = End.OVERFLOW;
    return true;
  }

  private void forgetAll() {
    nextPastIndex = lastPastIndex + 1;
    while (!waiting.isEmpty()) {
      removeNext();
    }
  }

  /** Keeps an event that is held for this watch. */
  private void add(WaitingMemory.Held event) {
    waiting.add(event);
    waitingBytes += event.size();
    memory.keep(event, this);
  }

  private void removeNext() {
    WaitingMemory.Held next = waiting.remove();
    waitingBytes -= next.size();
    memory.remove(next, this, !waiting.isEmpty());
  }

  private boolean isInPast() {
    return nextPastIndex <= lastPastIndex;
  }

  private Event nextPast() {
    if (!isInPast()) {
      return null;
    }
    History current = history.get();
    if (nextPastIndex < current.oldestIndex() || lastPastIndex > current.lastIndex()) {
      endUndelivered();
      forgetAll();
      return null;
    }
    for (; isInPast(); nextPastIndex++) {
      Event event = current.at(nextPastIndex);
      if (filter.inPast(event)) {
        return event;
      }
    }
    return null;
  }

  /**
   * Takes a live event, which {@link Watchers} found to match.
   *
   * @return whether the watch wants more
   */
  boolean offer(WaitingMemory.Held event) {
    boolean more;
    boolean notify;
    synchronized (lock) {
      if (end != null) {
        return false;
      }
      if (waiting.size() >= capacity || memory.exceedsShare(waitingBytes, event.size())) {
        end = End.OVERFLOW;
      } else {
        add(event);
        end = stream ? null : End.DELIVERED;
      }
      more = end == null;
      notify = mustNotify() || end == End.OVERFLOW;
    }
    if (notify) {
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
      notified = true;
    }
    listener.onReady(this);
  }

  /** Whether the listener does not yet know that something waits. */
  private boolean mustNotify() {
    boolean must = !notified;
    notified = true;
    return must;
  }

  boolean wants(Event event) {
    return event.index() >= liveFromIndex;
  }

  WatchFilter filter() {
    return filter;
  }

  boolean stream() {
    return stream;
  }
}
