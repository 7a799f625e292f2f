package dev.understudy.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The store once more, as simply as can be: one flat mutable map of whole paths, every question
 * answered by looking at all of it. Speaks the language of {@link Script}. Paths are clean and in
 * ASCII.
 */
final class Model {
  /** A node. */
  static final class Entry {
    boolean dir;
    String value;
    long created;
    long modified;
    long expiration;

    Entry(boolean dir, String value, long index, long expiration) {
      this.dir = dir;
      this.value = value;
      created = index;
      modified = index;
      this.expiration = expiration;
    }

    boolean expires() {
      return expiration != Long.MAX_VALUE;
    }
  }

  /** An event, with what was there before it. */
  record Happened(
      long index,
      String key,
      boolean removedDirectory,
      boolean refresh,
      List<String> pathsBefore,
      String shown) {}

  final TreeMap<String, Entry> entries = new TreeMap<>();
  final List<Happened> events = new ArrayList<>();
  long index;
  private long now;

  String answer(String line) {
    List<String> words = Arrays.asList(line.split(" +"));
    String path = words.size() > 1 ? words.get(1) : "";
    return switch (words.get(0)) {
      case "at" -> {
        now = Long.parseLong(path);
        yield "ok";
      }
      case "get" -> get(path, words.contains("recursive"));
      case "expire" -> expire();
      default -> apply(Script.operation(words, path));
    };
  }

  private String apply(Operation operation) {
    if (operation instanceof Operation.Set o) {
      return set(o);
    } else if (operation instanceof Operation.Create o) {
      return create(o.path(), o.dir(), o.value(), o.ttlMillis());
    } else if (operation instanceof Operation.CreateInOrder o) {
      String directory = o.path().equals("/") ? "" : o.path();
      String name = String.format("%020d", index + 1);
      return create(directory + "/" + name, o.dir(), o.value(), o.ttlMillis());
    } else if (operation instanceof Operation.Update o) {
      return update(o);
    } else if (operation instanceof Operation.CompareAndSwap o) {
      return swap(o);
    } else if (operation instanceof Operation.Delete o) {
      return delete(o);
    } else if (operation instanceof Operation.CompareAndDelete o) {
      return compareAndDelete(o);
    }
    throw new AssertionError(operation);
  }

  private String set(Operation.Set o) {
    Entry old = entries.get(o.path());
    if (o.path().equals("/")) {
      return error(107, "/");
    } else if (fileInTheWay(o.path()) != null) {
      return error(104, fileInTheWay(o.path()));
    } else if (o.refresh() && old == null) {
      return error(100, firstMissing(o.path()));
    } else if (old != null && old.dir) {
      return error(102, o.path());
    }
    List<String> before = paths();
    String was = old == null ? "" : " was " + show(o.path(), old);
    String value = o.refresh() ? old.value : o.value();
    put(o.path(), o.dir(), value, o.ttlMillis());
    return happened("set", o.path(), before, show(o.path()) + was, false, o.refresh());
  }

  private String create(String path, boolean dir, String value, OptionalLong ttl) {
    if (path.equals("/")) {
      return error(107, "/");
    } else if (fileInTheWay(path) != null) {
      return error(104, fileInTheWay(path));
    } else if (entries.containsKey(path)) {
      return error(105, path);
    }
    List<String> before = paths();
    put(path, dir, value, ttl);
    return happened("create", path, before, show(path), false, false);
  }

  private String update(Operation.Update o) {
    Entry old = entries.get(o.path());
    if (o.path().equals("/")) {
      return error(107, "/");
    } else if (old == null) {
      return absent(o.path());
    } else if (old.dir && !o.value().isEmpty()) {
      return error(102, o.path());
    }
    String was = show(o.path(), old);
    index++;
    old.expiration = expiration(o.ttlMillis());
    long kept = old.modified;
    old.modified = index;
    if (!old.dir && !o.refresh()) {
      old.value = o.value();
    }
    String shown = show(o.path(), old) + " was " + was;
    if (old.dir) {
      old.modified = kept;
    }
    return happened("update", o.path(), paths(), shown, false, o.refresh());
  }

  private String swap(Operation.CompareAndSwap o) {
    Entry old = entries.get(o.path());
    if (o.path().equals("/")) {
      return error(107, "/");
    } else if (old == null) {
      return absent(o.path());
    } else if (old.dir) {
      return error(102, o.path());
    } else if (!difference(old, o.prevValue(), o.prevIndex()).isEmpty()) {
      return error(101, difference(old, o.prevValue(), o.prevIndex()));
    }
    String was = show(o.path(), old);
    index++;
    old.modified = index;
    old.expiration = expiration(o.ttlMillis());
    old.value = o.refresh() ? old.value : o.value();
    String shown = show(o.path(), old) + " was " + was;
    return happened("compareAndSwap", o.path(), paths(), shown, false, o.refresh());
  }

  private String delete(Operation.Delete o) {
    Entry old = entries.get(o.path());
    if (o.path().equals("/")) {
      return error(107, "/");
    } else if (old == null) {
      return absent(o.path());
    } else if (old.dir && !o.dir() && !o.recursive()) {
      return error(102, o.path());
    } else if (old.dir && !o.recursive() && !beneath(o.path()).isEmpty()) {
      return error(108, o.path());
    }
    return remove("delete", o.path());
  }

  private String compareAndDelete(Operation.CompareAndDelete o) {
    Entry old = entries.get(o.path());
    if (o.path().equals("/")) {
      return error(102, "");
    } else if (old == null) {
      return absent(o.path());
    } else if (old.dir) {
      return error(102, o.path());
    } else if (!difference(old, o.prevValue(), o.prevIndex()).isEmpty()) {
      return error(101, difference(old, o.prevValue(), o.prevIndex()));
    }
    return remove("compareAndDelete", o.path());
  }

  private String expire() {
    List<String> shown = new ArrayList<>();
    while (true) {
      var next =
          entries.entrySet().stream()
              .filter(e -> e.getValue().expiration <= now)
              .min(
                  Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().expiration)
                      .thenComparing(Map.Entry::getKey));
      if (next.isEmpty()) {
        return String.join("; ", shown);
      }
      shown.add(remove("expire", next.get().getKey()));
    }
  }

  private String get(String path, boolean recursive) {
    Entry entry = path.equals("/") ? new Entry(true, null, 0, Long.MAX_VALUE) : entries.get(path);
    if (entry == null) {
      return absent(path);
    }
    String key = path.equals("/") ? "" : path;
    return "get " + show(key, entry) + (entry.dir ? children(key, recursive) : "");
  }

  private String children(String key, boolean recursive) {
    List<String> shown = new ArrayList<>();
    for (String child : entries.keySet()) {
      boolean direct = child.startsWith(key + "/") && child.lastIndexOf('/') == key.length();
      if (direct && child.charAt(key.length() + 1) != '_') {
        boolean further = recursive && entries.get(child).dir;
        shown.add(show(child) + (further ? children(child, true) : ""));
      }
    }
    return shown.isEmpty() ? "" : " {" + String.join(", ", shown) + "}";
  }

  private String remove(String action, String path) {
    List<String> before = paths();
    Entry old = entries.get(path);
    index++;
    entries.keySet().removeAll(beneath(path));
    entries.remove(path);
    String slash = old.dir ? "/" : "";
    String shown = path + slash + " " + old.created + "/" + index + " was " + show(path, old);
    boolean directory = old.dir && !action.equals("compareAndDelete");
    return happened(action, path, before, shown, directory, false);
  }

  private String happened(
      String action,
      String key,
      List<String> before,
      String shown,
      boolean removedDirectory,
      boolean refresh) {
    String all = action + " " + shown + (refresh ? " refreshed" : "");
    events.add(new Happened(index, key, removedDirectory, refresh, before, all));
    return all;
  }

  private void put(String path, boolean dir, String value, OptionalLong ttl) {
    index++;
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      entries.putIfAbsent(path.substring(0, slash), new Entry(true, null, index, Long.MAX_VALUE));
    }
    entries.put(path, new Entry(dir, dir ? null : value, index, expiration(ttl)));
  }

  private long expiration(OptionalLong ttl) {
    return ttl.isPresent() ? now + ttl.getAsLong() : Long.MAX_VALUE;
  }

  private static String difference(Entry entry, String value, long index) {
    List<String> differences = new ArrayList<>();
    if (!value.isEmpty() && !value.equals(entry.value)) {
      differences.add("[" + value + " != " + entry.value + "]");
    }
    if (index != 0 && index != entry.modified) {
      differences.add("[" + index + " != " + entry.modified + "]");
    }
    return String.join(" ", differences);
  }

  private List<String> paths() {
    return List.copyOf(entries.keySet());
  }

  private List<String> beneath(String path) {
    return entries.keySet().stream().filter(p -> p.startsWith(path + "/")).toList();
  }

  private String fileInTheWay(String path) {
    return entries.keySet().stream()
        .filter(p -> path.startsWith(p + "/") && !entries.get(p).dir)
        .findFirst()
        .orElse(null);
  }

  private String firstMissing(String path) {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (!entries.containsKey(path.substring(0, slash))) {
        return path.substring(0, slash);
      }
    }
    return path;
  }

  private String absent(String path) {
    String file = fileInTheWay(path);
    return file != null ? error(104, file) : error(100, firstMissing(path));
  }

  private String error(int code, String cause) {
    return code + " [" + cause + "] @" + index;
  }

  private String show(String path) {
    return show(path, entries.get(path));
  }

  private static String show(String path, Entry entry) {
    return path
        + (entry.dir ? "/" : "=" + entry.value)
        + " "
        + entry.created
        + "/"
        + entry.modified
        + (entry.expires() ? "!" + entry.expiration : "");
  }
}
