package dev.understudy.store;

import dev.understudy.store.Node.Directory;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches by the segments of their paths: finding those that an event concerns costs as much as its
 * path has segments, however many watch elsewhere. Guarded by the lock of {@link Watchers}.
 */
final class WatchTrie {
  private final WatchTrie parent;
  private final String name;
  private final Map<String, WatchTrie> children = new HashMap<>(2);
  private final Set<Watch> watches = new LinkedHashSet<>(2);

  /** An empty trie. */
  WatchTrie() {
    this(null, "");
  }

  private WatchTrie(WatchTrie parent, String name) {
    this.parent = parent;
    this.name = name;
  }

  /** A watch in the trie, by which it is taken out again. */
  static final class Entry {
    private final WatchTrie place;
    private final Watch watch;

    private Entry(WatchTrie place, Watch watch) {
      this.place = place;
      this.watch = watch;
    }

    /** Takes the watch out. Once only. */
    void remove() {
      if (!place.watches.remove(watch)) {
        throw new IllegalStateException("the watch was taken out already");
      }
      place.prune();
    }
  }

  Entry add(Watch watch) {
    WatchTrie at = this;
    for (String segment : watch.filter().segments()) {
      WatchTrie above = at;
      at = above.children.computeIfAbsent(segment, s -> new WatchTrie(above, s));
    }
    at.watches.add(watch);
    return new Entry(at, watch);
  }

  /** Takes out this place, and those above it, as far as nothing is left of them. */
  private void prune() {
    WatchTrie at = this;
    while (at.parent != null && at.isEmpty()) {
      at.parent.children.remove(at.name);
      at = at.parent;
    }
  }

  /** Whether nothing is left of it. */
  boolean isEmpty() {
    return watches.isEmpty() && children.isEmpty();
  }

  /** Adds all watches to {@code found} that a change concerns. */
  void collect(Result.Success change, Collection<Watch> found) {
    Event event = change.event();
    String[] segments = KeyPath.segments(event.node().key());
    int lastHidden = lastHidden(segments);
    WatchTrie at = this;
    for (int depth = 0; depth < segments.length && at != null; depth++) {
      if (depth > lastHidden) {
        at.collectHere(event, true, found);
      }
      at = at.children.get(segments[depth]);
    }
    if (at != null) {
      at.collectHere(event, false, found);
      if (event.removesDirectory()) {
        at.collectBeneath(event, removed(change), found);
      }
    }
  }

  /** The position of the last hidden segment, or -1. */
  private static int lastHidden(String[] segments) {
    int last = segments.length - 1;
    while (last >= 0 && !KeyPath.isHidden(segments[last])) {
      last--;
    }
    return last;
  }

  private void collectHere(Event event, boolean onlyRecursive, Collection<Watch> found) {
    for (Watch watch : watches) {
      if (watch.wants(event) && (watch.filter().recursive() || !onlyRecursive)) {
        found.add(watch);
      }
    }
  }

  private static Node removed(Result.Success change) {
    return PathCursor.to(change.before().root(), change.event().node().key()).found();
  }

  /** Those that watched something that went with a directory. */
  private void collectBeneath(Event event, Node removed, Collection<Watch> found) {
    record Place(WatchTrie trie, Node node) {}
    Deque<Place> places = new ArrayDeque<>(List.of(new Place(this, removed)));
    while (!places.isEmpty()) {
      Place place = places.pop();
      if (place.node() instanceof Directory directory) {
        for (WatchTrie child : place.trie().children.values()) {
          Node node = directory.child(child.name);
          if (node != null) {
            child.collectHere(event, false, found);
            places.push(new Place(child, node));
          }
        }
      }
    }
  }
}
