package dev.understudy.wal;

import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names of a {@link MemoryDisk}'s files, as they are seen and as they are on the disk, and the
 * changes since the last sync: of those, any may be missing after a power cut. Guarded by the
 * disk's lock.
 */
final class MemoryNames {
  /**
   * A change of names.
   *
   * @param from a name that is gone by it; null when none is
   * @param to a name that stands for {@code file} from then on; null when none does
   */
  private record Change(MemoryDisk.Kind kind, String from, String to, MemoryContents file) {
    void apply(Map<String, MemoryContents> names) {
      if (from != null && (to == null || names.get(from) == file)) {
        names.remove(from);
      }
      if (to != null) {
        names.put(to, file);
      }
    }
  }

  private final TreeMap<String, MemoryContents> seen = new TreeMap<>();
  private final TreeMap<String, MemoryContents> onDisk = new TreeMap<>();
  private final List<Change> unsynced = new ArrayList<>();

  Map<String, MemoryContents> seen() {
    return seen;
  }

  MemoryContents existing(String name) throws NoSuchFileException {
    MemoryContents file = seen.get(name);
    if (file == null) {
      throw new NoSuchFileException(name);
    }
    return file;
  }

  /** The same names for copies of the files, all of it synced. */
  MemoryNames copied() {
    MemoryNames copied = new MemoryNames();
    seen.forEach((name, file) -> copied.put(name, file.copied()));
    return copied;
  }

  /** What a power cut would leave now, with copies of the files; nothing happens to these. */
  MemoryNames leftBy(MemorySurvival survival) {
    MemoryNames left = new MemoryNames();
    afterPowerCut(survival)
        .forEach((name, file) -> left.put(name, file.afterPowerCut(name, survival)));
    return left;
  }

  void create(String name, MemoryContents file) {
    change(new Change(MemoryDisk.Kind.CREATE, null, name, file));
  }

  void rename(String from, String to) {
    change(new Change(MemoryDisk.Kind.RENAME, from, to, seen.get(from)));
  }

  void delete(String name) {
    change(new Change(MemoryDisk.Kind.DELETE, name, null, seen.get(name)));
  }

  private void change(Change change) {
    change.apply(seen);
    unsynced.add(change);
  }

  /** A file is there, or with null is not, as if it had always been so. */
  void put(String name, MemoryContents file) {
    for (Map<String, MemoryContents> names : List.of(seen, onDisk)) {
      if (file == null) {
        names.remove(name);
      } else {
        names.put(name, file);
      }
    }
  }

  void force() {
    unsynced.clear();
    onDisk.clear();
    onDisk.putAll(seen);
  }

  /** Keeps of the changes since the last sync those that {@code survival} says. */
  void powerCut(MemorySurvival survival) {
    Map<String, MemoryContents> left = afterPowerCut(survival);
    unsynced.clear();
    for (Map<String, MemoryContents> names : List.of(seen, onDisk)) {
      names.clear();
      names.putAll(left);
    }
  }

  /**
   * What a power cut would leave. A file does not get a second name by a renaming of which an
   * earlier one is missing: the one it was given last counts.
   */
  private Map<String, MemoryContents> afterPowerCut(MemorySurvival survival) {
    Map<String, MemoryContents> left = new TreeMap<>(onDisk);
    Map<MemoryContents, String> lastNames = new HashMap<>();
    for (Change change : unsynced) {
      String name = change.to == null ? change.from : change.to;
      if (survival.directoryChange(change.kind, name)) {
        change.apply(left);
        if (change.to != null) {
          lastNames.put(change.file, change.to);
        }
      }
    }
    left.entrySet()
        .removeIf(
            each ->
                !lastNames.getOrDefault(each.getValue(), each.getKey()).equals(each.getKey())
                    && left.get(lastNames.get(each.getValue())) == each.getValue());
    return left;
  }
}
