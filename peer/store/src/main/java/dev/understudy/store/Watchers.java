package dev.understudy.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All watches of a store, and how they are notified.
 *
 * <p>Any thread may begin and end watches while the writer applies; none gets an event twice or
 * misses one. The writer publishes a version before it calls {@link #notify} with the events that
 * led to it. A watch is entered under the lock that {@link #notify} takes, and reads the current
 * version under it, of index <i>n</i>. Events up to <i>n</i> it finds in that version's history,
 * and ignores them if the writer has yet to report them. Later ones were published after the lock
 * was taken, so the writer reports them after it was released, and finds the watch.
 *
 * <p>The lock is held for short walks in memory only, never while a listener is called.
 */
public final class Watchers {
  /** How many events may wait for a stream's reader; as many as etcd allows. */
  public static final int DEFAULT_CAPACITY = 100;

  /** How much memory the events that wait for readers may take together. */
  public static final long DEFAULT_WAITING_BYTES = 64 << 20;

  /** Whether a watch was begun. */
  public sealed interface Registration {
    /** The watch runs; poll it at once, and then whenever its listener is notified. */
    record Started(Watch watch) implements Registration {}

    /** Code 401 (the history no longer reaches back) or 400 (closed). */
    record Refused(StoreError error) implements Registration {}
  }

  private final Store store;
  private final int capacity;
  private final WaitingMemory memory;
  private final Object lock = new Object();

  /** What runs, in the order of its beginning. */
  private final Map<Watch, WatchTrie.Entry> entries = new LinkedHashMap<>();

  private WatchTrie trie = new WatchTrie();
  private boolean closed;

  /** Watchers with as many waiting events as etcd allows. */
  public Watchers(Store store) {
    this(store, DEFAULT_CAPACITY);
  }

  /** Watchers with the usual memory for waiting events. */
  public Watchers(Store store, int capacity) {
    this(store, capacity, DEFAULT_WAITING_BYTES);
  }

  /**
   * Watchers of a store.
   *
   * @param store whose changes are watched
   * @param capacity how many events may wait for the reader of a stream before it is ended
   * @param maxWaitingBytes the memory of all that wait; a stream is ended whose events take a
   *     quarter of it, and beyond it those whose readers have taken nothing for longest
   */
  public Watchers(Store store, int capacity, long maxWaitingBytes) {
    if (capacity < 1) {
      throw new IllegalArgumentException("room for at least one event, not " + capacity);
    }
    this.store = store;
    this.capacity = capacity;
    this.memory = new WaitingMemory(maxWaitingBytes);
  }

  /**
   * Begins to watch. Any thread; never blocks for longer than a walk through the history takes.
   *
   * @param path the node
   * @param recursive whether also what is beneath
   * @param stream whether the watch goes on after its first event
   * @param sinceIndex the first index of interest, unsigned; 0: from the next change on
   * @param listener notified when there is something to poll
   */
  public Registration watch(
      String path, boolean recursive, boolean stream, long sinceIndex, Watch.Listener listener) {
    WatchFilter filter = WatchFilter.in(path, recursive);
    // No index ever gets as high as those whose sign bit is set.
    long since = sinceIndex < 0 ? Long.MAX_VALUE : sinceIndex;
    if (!stream && since != 0) {
      // Most of the history is searched here, so that the search under the lock is short.
      Version version = store.current();
      Event found = firstMatch(version, filter, since);
      if (found != null) {
        return satisfied(version, filter, listener, found);
      }
    }
    return enter(filter, stream, since, listener);
  }

  private Registration enter(
      WatchFilter filter, boolean stream, long sinceIndex, Watch.Listener listener) {
    Version version;
    Event found;
    synchronized (lock) {
      version = store.current();
      if (closed) {
        return new Registration.Refused(
            new StoreError(StoreError.WATCHER_CLEARED, "", version.index()));
      }
      long since = sinceIndex == 0 ? version.index() + 1 : sinceIndex;
      if (since < version.history().oldestIndex()) {
        return new Registration.Refused(cleared(version, since));
      }
      found = stream ? null : firstMatch(version, filter, since);
      if (found == null) {
        Watch watch = waiting(version, filter, stream, since, listener);
        entries.put(watch, trie.add(watch));
        return new Registration.Started(watch);
      }
    }
    return satisfied(version, filter, listener, found);
  }

  private Watch waiting(
      Version version, WatchFilter filter, boolean stream, long since, Watch.Listener listener) {
    long index = version.index();
    return stream && since <= index
        ? Watch.replaying(
            this::forget,
            filter,
            capacity,
            memory,
            listener,
            () -> store.current().history(),
            index,
            since)
        : Watch.live(this::forget, filter, stream, capacity, memory, listener, index, since);
  }

  private Registration satisfied(
      Version version, WatchFilter filter, Watch.Listener listener, Event found) {
    WaitingMemory.Held held = memory.hold(found);
    memory.makeRoom();
    Watch watch = Watch.satisfied(this::forget, filter, memory, listener, version.index(), held);
    memory.letGo(held);
    return new Registration.Started(watch);
  }

  private static StoreError cleared(Version version, long since) {
    String cause =
        "the requested history has been cleared ["
            + version.history().oldestIndex()
            + "/"
            + since
            + "]";
    return new StoreError(StoreError.HISTORY_CLEARED, cause, version.index());
  }

  /** The first event of interest from an index on; null if there is none, or none so old. */
  private static Event firstMatch(Version version, WatchFilter filter, long since) {
    History history = version.history();
    if (since >= history.oldestIndex()) {
      for (long i = since; i <= history.lastIndex(); i++) {
        Event event = history.at(i);
        if (filter.inPast(event)) {
          return event;
        }
      }
    }
    return null;
  }

  /**
   * Notifies the watches of a change: the writer's thread, once for each success in the order of
   * their indexes, after {@link Store#current} has it. Calls listeners. Costs as much as the path
   * has segments and as there are watches that it concerns.
   */
  public void notify(Result.Success change) {
    Event event = change.event();
    if (event.refresh() || event.action() == Action.GET) {
      return;
    }
    List<Watch> interested = new ArrayList<>();
    synchronized (lock) {
      if (!entries.isEmpty()) {
        trie.collect(change, interested);
      }
      for (Watch watch : interested) {
        if (!watch.stream()) {
          remove(watch);
        }
      }
    }
    if (!interested.isEmpty()) {
      offer(event, interested);
    }
  }

  private void offer(Event event, List<Watch> interested) {
    WaitingMemory.Held held = memory.hold(event);
    memory.makeRoom();
    for (Watch watch : interested) {
      if (!watch.offer(held)) {
        forget(watch);
      }
    }
    memory.letGo(held);
  }

  /**
   * Ends all watches with {@link Watch.End#CLEARED}, after what waits for them. The writer's
   * thread, after a restore. Calls listeners.
   */
  public void clear() {
    List<Watch> all;
    synchronized (lock) {
      all = List.copyOf(entries.keySet());
      entries.clear();
      trie = new WatchTrie();
    }
    for (Watch watch : all) {
      watch.end(Watch.End.CLEARED);
    }
  }

  /** As {@link #clear}, and refuses every further watch. Idempotent, any thread. */
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    clear();
  }

  /** About how much memory the events take that wait for readers. Any thread. */
  public long waitingBytes() {
    return memory.bytes();
  }

  /** How many watches wait for events. Any thread. */
  public int count() {
    synchronized (lock) {
      return entries.size();
    }
  }

  /** Takes a watch out if it is in. */
  void forget(Watch watch) {
    synchronized (lock) {
      remove(watch);
    }
  }

  private void remove(Watch watch) {
    WatchTrie.Entry entry = entries.remove(watch);
    if (entry != null) {
      entry.remove();
    }
  }
}
