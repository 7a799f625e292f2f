package dev.understudy.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who waits for what. A change finds those that it concerns by its keys, however many wait for
 * others. Guarded by the lock of its {@link Tables}.
 */
final class Watches {
  private final Map<Table<?>, OfTable> tables = new HashMap<>();
  private int size;

  int size() {
    return size;
  }

  void add(Watch<?> watch) {
    Read<?> read = watch.read();
    OfTable table = tables.computeIfAbsent(read.table(), t -> new OfTable());
    if (table.add(watch)) {
      size++;
    }
  }

  void remove(Watch<?> watch) {
    Table<?> name = watch.read().table();
    OfTable table = tables.get(name);
    if (table != null && table.remove(watch)) {
      size--;
      if (table.isEmpty()) {
        tables.remove(name);
      }
    }
  }

  /** Takes out the watches that changes concern, each once, in the order of the changes. */
  List<Watch<?>> take(List<Transaction.Change<?>> changes) {
    if (size == 0) {
      return List.of();
    }
    Set<Watch<?>> concerned = new LinkedHashSet<>();
    changes.forEach(change -> collect(change, concerned));
    concerned.forEach(this::remove);
    return List.copyOf(concerned);
  }

  /** Takes out all. */
  List<Watch<?>> takeAll() {
    List<Watch<?>> all = new ArrayList<>();
    tables.values().forEach(table -> table.collectAll(all));
    tables.clear();
    size = 0;
    return all;
  }

  private <R> void collect(Transaction.Change<R> change, Set<Watch<?>> concerned) {
    OfTable table = tables.get(change.table());
    if (table == null) {
      return;
    }
    concerned.addAll(table.ofAllRows);
    table.byKey.forEach(
        (index, keys) -> {
          Index<R, Object> own = Untyped.index(cast(index));
          Optional<Object> before = keyOf(own, change.before());
          Optional<Object> after = keyOf(own, change.after());
          before.ifPresent(key -> keys.collect(key, concerned));
          after.ifPresent(key -> keys.collect(key, concerned));
        });
  }

  private static <R> Optional<Object> keyOf(Index<R, Object> index, R row) {
    return row == null ? Optional.empty() : index.keyOf(row);
  }

  /** A watch's index is of its table: {@link Read} lets nothing else be written. */
  @SuppressWarnings("unchecked")
  private static <R> Index<R, ?> cast(Index<?, ?> index) {
    return (Index<R, ?>) index;
  }

  /** The watches of one table. */
  private static final class OfTable {
    private final Set<Watch<?>> ofAllRows = new LinkedHashSet<>();
    private final Map<Index<?, ?>, OfIndex> byKey = new HashMap<>();

    boolean isEmpty() {
      return ofAllRows.isEmpty() && byKey.isEmpty();
    }

    boolean add(Watch<?> watch) {
      Index<?, ?> index = watch.read().index();
      return index == null
          ? ofAllRows.add(watch)
          : byKey.computeIfAbsent(index, OfIndex::new).add(watch);
    }

    boolean remove(Watch<?> watch) {
      Index<?, ?> index = watch.read().index();
      if (index == null) {
        return ofAllRows.remove(watch);
      }
      OfIndex keys = byKey.get(index);
      boolean removed = keys != null && keys.remove(watch);
      if (removed && keys.isEmpty()) {
        byKey.remove(index);
      }
      return removed;
    }

    void collectAll(List<Watch<?>> all) {
      all.addAll(ofAllRows);
      byKey.values().forEach(keys -> keys.collectAll(all));
    }
  }

  /** The watches of one index, by whole keys and by beginnings of keys. */
  private static final class OfIndex {
    private final Index<?, ?> index;
    private final TreeMap<Object, Set<Watch<?>>> exact;
    private final TreeMap<Object, Set<Watch<?>>> prefixes;

    /** How many beginnings there are of each length: a key is cut at these and no others. */
    private final TreeMap<Integer, Integer> lengths = new TreeMap<>(Comparator.naturalOrder());

    OfIndex(Index<?, ?> index) {
      this.index = index;
      this.exact = new TreeMap<>(Untyped.order(index));
      this.prefixes = new TreeMap<>(Untyped.order(index));
    }

    boolean isEmpty() {
      return exact.isEmpty() && prefixes.isEmpty();
    }

    private TreeMap<Object, Set<Watch<?>>> mapOf(Read<?> read) {
      return read.isPrefix() ? prefixes : exact;
    }

    boolean add(Watch<?> watch) {
      Read<?> read = watch.read();
      boolean known = mapOf(read).containsKey(read.key());
      if (read.isPrefix() && !known) {
        lengths.merge(keys().length(read.key()), 1, Integer::sum);
      }
      return mapOf(read).computeIfAbsent(read.key(), k -> new LinkedHashSet<>()).add(watch);
    }

    boolean remove(Watch<?> watch) {
      Read<?> read = watch.read();
      Set<Watch<?>> same = mapOf(read).get(read.key());
      boolean removed = same != null && same.remove(watch);
      if (removed && same.isEmpty()) {
        mapOf(read).remove(read.key());
        if (read.isPrefix()) {
          lengths.computeIfPresent(
              keys().length(read.key()), (length, count) -> count == 1 ? null : count - 1);
        }
      }
      return removed;
    }

    void collect(Object key, Set<Watch<?>> concerned) {
      concerned.addAll(exact.getOrDefault(key, Set.of()));
      if (prefixes.isEmpty()) {
        return;
      }
      for (int length : lengths.headMap(keys().length(key), true).keySet()) {
        concerned.addAll(prefixes.getOrDefault(keys().head(key, length), Set.of()));
      }
    }

    void collectAll(List<Watch<?>> all) {
      exact.values().forEach(all::addAll);
      prefixes.values().forEach(all::addAll);
    }

    private Keys<Object> keys() {
      return Untyped.keys((Prefixed<?, ?>) index);
    }
  }
}
