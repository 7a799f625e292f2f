package dev.understudy.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The last events, one for each index without a gap. Immutable to its readers, though a longer one
 * shares its last chunk with the shorter one that it was made from: the slots in use by one are
 * never written again, and a second continuation of the same history takes a chunk of its own.
 * Appending costs a slot, and every {@value #CHUNK} events a copy of the list of chunks.
 */
final class History {
  private static final int CHUNK = 64;

  private final int capacity;

  /** Oldest first. All but the last are full. */
  private final List<Chunk> chunks;

  /** The index of the first slot of the first chunk. */
  private final long base;

  /** The index of the last event. */
  private final long last;

  private History(int capacity, List<Chunk> chunks, long base, long last) {
    this.capacity = capacity;
    this.chunks = chunks;
    this.base = base;
    this.last = last;
  }

  /**
   * @param capacity how many events are kept
   * @param last the index of the last event before the first that will be kept
   */
  static History empty(int capacity, long last) {
    if (capacity < 1) {
      throw new IllegalArgumentException("a history keeps at least one event, not " + capacity);
    }
    return new History(capacity, List.of(), last + 1, last);
  }

  /** The index of the oldest event kept, or of the first to come. */
  long oldestIndex() {
    return Math.max(base, last - capacity + 1);
  }

  /** The index of the newest event. */
  long lastIndex() {
    return last;
  }

  int size() {
    return (int) (last - oldestIndex() + 1);
  }

  /** The event of an index from {@link #oldestIndex} to {@link #lastIndex}. */
  Event at(long index) {
    if (index < oldestIndex() || index > last) {
      throw new IndexOutOfBoundsException(index + " is not in " + oldestIndex() + ".." + last);
    }
    int slot = (int) (index - base);
    return chunks.get(slot / CHUNK).events[slot % CHUNK];
  }

  /** This and one event more. Only the single writer calls it. */
  History plus(Event event) {
    long index = event.index();
    if (index != last + 1) {
      throw new IllegalStateException("event " + index + " cannot follow " + last);
    }
    int slot = (int) (index - base);
    int used = slot % CHUNK;
    if (used == 0) {
      return withChunk(Chunk.EMPTY, 0, event, index);
    }
    Chunk end = chunks.get(slot / CHUNK);
    return end.append(used, event)
        ? new History(capacity, chunks, base, index)
        : withChunk(end, used, event, index);
  }

  /** A history whose last chunk is a fresh copy of {@code used} slots and the event. */
  private History withChunk(Chunk end, int used, Event event, long index) {
    List<Chunk> next = new ArrayList<>(used == 0 ? chunks : chunks.subList(0, chunks.size() - 1));
    next.add(new Chunk(end, used, event));
    long firstKept = index - capacity + 1;
    long nextBase = base;
    while (firstKept >= nextBase + CHUNK) {
      next.remove(0);
      nextBase += CHUNK;
    }
    return new History(capacity, List.copyOf(next), nextBase, index);
  }

  /** Slots that are written once, in order. */
  private static final class Chunk {
    static final Chunk EMPTY = new Chunk();

    private final Event[] events = new Event[CHUNK];
    private int used;

    private Chunk() {}

    Chunk(Chunk from, int count, Event event) {
      System.arraycopy(from.events, 0, events, 0, count);
      events[count] = event;
      used = count + 1;
    }

    /** Writes the slot {@code at} unless another continuation of the same history has. */
    boolean append(int at, Event event) {
      if (at != used) {
        return false;
      }
      events[at] = event;
      used++;
      return true;
    }
  }
}
