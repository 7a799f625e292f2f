package dev.understudy.admin.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Puts changes that came one after the other into groups whose changes may be done at once: in one
 * group no path lies on the way to another. Of several values that a key had within a group only
 * the last is written. Pure.
 */
final class Batches {
  private final List<List<Change>> groups = new ArrayList<>();
  private NavigableMap<String, Change> group = new TreeMap<>();

  private Batches() {}

  /** The groups, to be done in their order. */
  static List<List<Change>> of(List<SourceEvent> events) {
    Batches batches = new Batches();
    events.forEach(event -> batches.add(event.change()));
    batches.endGroup();
    return batches.groups;
  }

  private void add(Change change) {
    Change before = group.get(change.path());
    boolean replaces = before instanceof Change.Put && change instanceof Change.Put;
    if (!replaces && meets(change.path())) {
      endGroup();
    }
    group.put(change.path(), change);
  }

  private boolean meets(String path) {
    String beneath = path + "/";
    String next = group.ceilingKey(beneath);
    if (group.containsKey(path) || (next != null && next.startsWith(beneath))) {
      return true;
    }
    for (int end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (group.containsKey(path.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  private void endGroup() {
    if (!group.isEmpty()) {
      groups.add(List.copyOf(group.values()));
      group = new TreeMap<>();
    }
  }
}
