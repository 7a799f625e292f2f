package dev.understudy.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The last events, one for each index without a gap, as many as the bounds allow. Immutable to its
 * readers, though a longer one shares its last chunk with the shorter one that it was made from:
 * the slots in use by one are never written again, and a second continuation of the same history
 * takes a chunk of its own. Appending costs a slot, and every {@value #CHUNK} events a copy of the
 * list of chunks.
 *
 * <p>What is kept follows from the events and the bounds alone: the longest row of newest events
 * that the bounds allow. So it is the same on all peers, also where it came in a snapshot.
 */
final class History {
  private static final int CHUNK = 64;

  /** Forgotten events stay in memory with the chunk that they are in, up to this. */
  private static final long MAX_FORGOTTEN_BYTES = 1 << 20;

  /**
   * How much is kept.
   *
   * @param events how many events
   * @param bytes what they take together, but for the newest, which is always kept
   */
  record Bounds(int events, long bytes) {
    Bounds {
      if (events < 1 || bytes < 1) {
        throw new IllegalArgumentException("a history keeps at least one event, not " + events);
      }
    }
  }

  private final Bounds bounds;

  /** Oldest first. All but the last are full. */
  private final List<Chunk> chunks;

  /** The index of the first slot of the first chunk. */
  private final long base;

  /** The index of the oldest event that is kept, or of the first to come. */
  private final long oldest;

  /** The index of the last event. */
  private final long last;

  /** What the kept events take. */
  private final long bytes;

  /** What those take that are in the first chunk still, though not kept. */
  private final long forgottenBytes;

  private History(
      Bounds bounds,
      List<Chunk> chunks,
      long base,
      long oldest,
      long last,
      long bytes,
      long forgottenBytes) {
    this.bounds = bounds;
    this.chunks = chunks;
    this.base = base;
    this.oldest = oldest;
    this.last = last;
    this.bytes = bytes;
    this.forgottenBytes = forgottenBytes;
  }

  /**
   * @param last the index of the last event before the first that will be kept
   */
  static History empty(Bounds bounds, long last) {
    return new History(bounds, List.of(), last + 1, last + 1, last, 0, 0);
  }

  /** The index of the oldest event kept, or of the first to come. */
  long oldestIndex() {
    return oldest;
  }

  /** The index of the newest event. */
  long lastIndex() {
    return last;
  }

  int size() {
    return (int) (last - oldest + 1);
  }

  /** About how much memory the kept events take. */
  long bytes() {
    return bytes;
  }

  /** The event of an index from {@link #oldestIndex} to {@link #lastIndex}. */
  Event at(long index) {
    if (index < oldest || index > last) {
      throw new IndexOutOfBoundsException(index + " is not in " + oldest + ".." + last);
    }
    return slot(index);
  }

  private Event slot(long index) {
    int slot = (int) (index - base);
    return chunks.get(slot / CHUNK).events[slot % CHUNK];
  }

  /** This and one event more. Only the single writer calls it. */
  History plus(Event event) {
    if (event.index() != last + 1) {
      throw new IllegalStateException("event " + event.index() + " cannot follow " + last);
    }
    long total = bytes + event.bytes();
    long kept = oldest;
    while (kept <= last && (last + 1 - kept >= bounds.events() || total > bounds.bytes())) {
      total -= slot(kept).bytes();
      kept++;
    }
    long forgotten = forgottenBytes + bytes + event.bytes() - total;
    History next = new History(bounds, with(event), base, kept, last + 1, total, forgotten);
    boolean wholeChunk = kept >= base + CHUNK;
    return wholeChunk || forgotten > MAX_FORGOTTEN_BYTES ? next.trimmed() : next;
  }

  private List<Chunk> with(Event event) {
    int slot = (int) (last + 1 - base);
    int used = slot % CHUNK;
    Chunk end = used == 0 ? Chunk.EMPTY : chunks.get(slot / CHUNK);
    if (used != 0 && end.append(used, event)) {
      return chunks;
    }
    List<Chunk> next = new ArrayList<>(used == 0 ? chunks : chunks.subList(0, chunks.size() - 1));
    next.add(new Chunk(end, 0, used, event));
    return List.copyOf(next);
  }

  /** This with nothing left of forgotten events. */
  private History trimmed() {
    int gone = (int) ((oldest - base) / CHUNK);
    long nextBase = base + (long) gone * CHUNK;
    List<Chunk> next = new ArrayList<>(chunks.subList(gone, chunks.size()));
    int unused = (int) (oldest - nextBase);
    if (unused > 0) {
      next.set(0, new Chunk(next.get(0), unused, (int) Math.min(CHUNK, last - nextBase + 1)));
    }
    return new History(bounds, List.copyOf(next), nextBase, oldest, last, bytes, 0);
  }

  /** Slots that are written once, in order. */
  private static final class Chunk {
    static final Chunk EMPTY = new Chunk();

    private final Event[] events = new Event[CHUNK];
    private int used;

    private Chunk() {}

    /** A copy of the slots from {@code first} to before {@code end}. */
    Chunk(Chunk from, int first, int end) {
      System.arraycopy(from.events, first, events, first, end - first);
      used = end;
    }

    /** A copy with an event behind it. */
    Chunk(Chunk from, int first, int end, Event event) {
      this(from, first, end);
      events[end] = event;
      used = end + 1;
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
