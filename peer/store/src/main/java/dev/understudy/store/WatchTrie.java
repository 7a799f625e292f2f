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
 * Watches by the segments of their paths: finding those who are to be told of an event costs as
 * much as its path has segments, however many watch elsewhere. Guarded by the hub's lock.
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

  void add(Watch watch) {
    WatchTrie at = this;
    for (String segment : watch.interest().segments()) {
      WatchTrie above = at;
      at = above.children.computeIfAbsent(segment, s -> new WatchTrie(above, s));
    }
    at.watches.add(watch);
    watch.place(at);
  }

  /** Takes a watch out. False if it is not in. */
  static boolean remove(Watch watch) {
    WatchTrie at = watch.place();
    if (at == null) {
      return false;
    }
    watch.place(null);
    at.watches.remove(watch);
    while (at.parent != null && at.isEmpty()) {
      at.parent.children.remove(at.name);
      at = at.parent;
    }
    return true;
  }

  /** Whether nothing is left of it. */
  boolean isEmpty() {
    return watches.isEmpty() && children.isEmpty();
  }

  /** Adds all watches to {@code found} that are to be told of a change. */
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

  /** Adds all watches to {@code found}. */
  void collectAll(Collection<Watch> found) {
    Deque<WatchTrie> places = new ArrayDeque<>(List.of(this));
    while (!places.isEmpty()) {
      WatchTrie place = places.pop();
      found.addAll(place.watches);
      places.addAll(place.children.values());
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
      if (watch.wants(event) && (watch.interest().recursive() || !onlyRecursive)) {
        found.add(watch);
      }
    }
  }

  private static Node removed(Result.Success change) {
    return PathCursor.to(change.before().root(), change.event().node().key()).found();
  }

  /** Those who watched something that went with a directory. */
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
