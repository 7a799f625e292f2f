package dev.understudy.store;

import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The memory of events that wait in watches for their readers, which is all that a watch keeps
 * alive. Each event counts once, in however many watches it waits.
 *
 * <p>Where it would take more than it may, watches end: first the one whose reader has taken
 * nothing for longest, so that those who read are spared, whoever fills the memory.
 *
 * <p>Any thread. Calls nobody with its lock, and only {@link #makeRoom} calls anybody at all.
 */
final class WaitingMemory {
  /** So that one client that does not read leaves most of it to others. */
  private static final int SHARES = 4;

  private final long maxBytes;

  // All below is guarded by this object's lock, within which no other is taken.
  private final Map<Event, Held> held = new IdentityHashMap<>();

  /** Watches in which something waits, by when their readers last came for it. */
  private final Set<Watch> longestUnread = new LinkedHashSet<>();

  private long bytes;

  /**
   * @param maxBytes of all events that wait
   */
  WaitingMemory(long maxBytes) {
    if (maxBytes < SHARES) {
      throw new IllegalArgumentException("no room for waiting events: " + maxBytes + " bytes");
    }
    this.maxBytes = maxBytes;
  }

  synchronized long bytes() {
    return bytes;
  }

  /** Whether a watch that has so many bytes waiting may not let so many more wait. */
  boolean exceedsShare(long waiting, long more) {
    return waiting > 0 && waiting + more > maxBytes / SHARES;
  }

  /** Counts an event for the caller, who is to let go of it. */
  synchronized Held hold(Event event) {
    Held found = held.get(event);
    if (found == null) {
      found = new Held(event);
      held.put(event, found);
      bytes += found.size;
    }
    found.holders++;
    return found;
  }

  /** Ends watches until what waits takes no more than it may. Calls their listeners. */
  void makeRoom() {
    for (Watch next = nextToEnd(); next != null; next = nextToEnd()) {
      next.evict();
    }
  }

  private synchronized Watch nextToEnd() {
    if (bytes <= maxBytes || longestUnread.isEmpty()) {
      return null;
    }
    Watch next = longestUnread.iterator().next();
    longestUnread.remove(next);
    return next;
  }

  /** Lets an event that the caller holds wait in a watch as well. */
  synchronized void keep(Held event, Watch in) {
    event.holders++;
    longestUnread.add(in);
  }

  /** The reader of a watch in which something waits has come for it. */
  synchronized void read(Watch in) {
    longestUnread.remove(in);
    longestUnread.add(in);
  }

  /** An event no longer waits in a watch. */
  synchronized void remove(Held event, Watch in, boolean othersWait) {
    letGo(event);
    if (!othersWait) {
      longestUnread.remove(in);
    }
  }

  /** The caller holds an event no longer. */
  synchronized void letGo(Held event) {
    event.holders--;
    if (event.holders == 0) {
      held.remove(event.event);
      bytes -= event.size;
    }
  }

  /** An event that is counted, and how many hold it, which the lock guards. */
  static final class Held {
    private final Event event;
    private final long size;
    private int holders;

    private Held(Event event) {
      this.event = event;
      this.size = event.bytes();
    }

    Event event() {
      return event;
    }

    /** About how many bytes of memory it takes. */
    long size() {
      return size;
    }
  }
}
