package dev.understudy.tables;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pcollections.TreePMap;

/**
 * What is in one table at one moment. Never changes; for any thread.
 *
 * @param <R> the rows
 */
public final class Rows<R> {
  private final Table<R> table;

  /** For each index its keys: with the row behind it, or with the rows by their primary key. */
  private final Map<Index<R, ?>, TreePMap<Object, Object>> maps;

  private Rows(Table<R> table, Map<Index<R, ?>, TreePMap<Object, Object>> maps) {
    this.table = table;
    this.maps = maps;
  }

  static <R> Rows<R> none(Table<R> table) {
    Map<Index<R, ?>, TreePMap<Object, Object>> maps = new HashMap<>();
    maps.put(table.primary(), TreePMap.empty(Untyped.order(table.primary())));
    table.others().forEach(index -> maps.put(index, TreePMap.empty(Untyped.order(index))));
    return new Rows<>(table, maps);
  }

  /** How many rows there are. */
  public int size() {
    return map(table.primary()).size();
  }

  /** All rows, in the order of their primary key. */
  public Collection<R> all() {
    return Untyped.values(map(table.primary()));
  }

  /** The row with a key. */
  public <K> Optional<R> get(Unique<R, K> index, K key) {
    return Optional.ofNullable(Untyped.row(map(index).get(key)));
  }

  /** The rows with a key, in the order of their primary key. */
  public <K> Collection<R> all(Group<R, K> index, K key) {
    Object rows = map(index).get(key);
    return rows == null ? Collections.emptyList() : Untyped.values(Untyped.map(rows));
  }

  /**
   * The rows whose keys begin with something, in the order of the keys: a view that finds the first
   * at once and ends behind the last. To count it is to walk it.
   */
  public <K> Collection<R> prefix(Prefixed<R, K> index, K prefix) {
    return new PrefixView<>(index.keys(), prefix, Untyped.typed(map(index).tailMap(prefix)));
  }

  private TreePMap<Object, Object> map(Index<R, ?> index) {
    TreePMap<Object, Object> map = maps.get(index);
    if (map == null) {
      throw new IllegalArgumentException(index + " is no index of " + table);
    }
    return map;
  }

  /** The row that has the primary key of another. */
  Optional<R> sameAs(R row) {
    return Optional.ofNullable(Untyped.row(map(table.primary()).get(primaryKey(row))));
  }

  /**
   * With a row in the place of another.
   *
   * @param before a row of this table with the same primary key, or null
   * @param after null to leave only the old one out
   * @throws DuplicateKeyException if a unique index has the new row's key for a third row
   */
  Rows<R> replace(R before, R after) {
    Map<Index<R, ?>, TreePMap<Object, Object>> next = new HashMap<>(maps);
    Object primaryKey = primaryKey(before == null ? after : before);
    next.put(
        table.primary(),
        after == null
            ? map(table.primary()).minus(primaryKey)
            : map(table.primary()).plus(primaryKey, after));
    for (Index<R, ?> index : table.others()) {
      next.put(index, replace(index, primaryKey, before, after));
    }
    return new Rows<>(table, next);
  }

  private TreePMap<Object, Object> replace(
      Index<R, ?> index, Object primaryKey, R before, R after) {
    TreePMap<Object, Object> map = map(index);
    Optional<?> oldKey = before == null ? Optional.empty() : index.keyOf(before);
    Optional<?> newKey = after == null ? Optional.empty() : index.keyOf(after);
    if (oldKey.isPresent()) {
      map = without(index, map, oldKey.get(), primaryKey);
    }
    return newKey.isPresent() ? with(index, map, newKey.get(), primaryKey, after) : map;
  }

  private TreePMap<Object, Object> without(
      Index<R, ?> index, TreePMap<Object, Object> map, Object key, Object primaryKey) {
    if (index instanceof Unique) {
      return map.minus(key);
    }
    TreePMap<Object, Object> rest = Untyped.map(map.get(key)).minus(primaryKey);
    return rest.isEmpty() ? map.minus(key) : map.plus(key, rest);
  }

  private TreePMap<Object, Object> with(
      Index<R, ?> index, TreePMap<Object, Object> map, Object key, Object primaryKey, R row) {
    Object there = map.get(key);
    if (index instanceof Group) {
      TreePMap<Object, Object> rows =
          there == null ? TreePMap.empty(Untyped.order(table.primary())) : Untyped.map(there);
      return map.plus(key, rows.plus(primaryKey, row));
    }
    if (there != null) {
      throw duplicate(index);
    }
    return map.plus(key, row);
  }

  /**
   * Without rows of this table, each named once: a group is written once, however many leave it.
   */
  Rows<R> without(Collection<R> gone) {
    Map<Index<R, ?>, TreePMap<Object, Object>> next = new HashMap<>();
    maps.forEach(
        (index, map) ->
            next.put(
                index,
                index instanceof Group
                    ? withoutMembers(index, map, gone)
                    : withoutKeys(index, map, gone)));
    return new Rows<>(table, next);
  }

  private static <R> TreePMap<Object, Object> withoutKeys(
      Index<R, ?> index, TreePMap<Object, Object> map, Collection<R> gone) {
    List<Object> keys = new ArrayList<>(gone.size());
    gone.forEach(row -> index.keyOf(row).ifPresent(keys::add));
    return Rebuilding.without(map, keys);
  }

  private TreePMap<Object, Object> withoutMembers(
      Index<R, ?> index, TreePMap<Object, Object> map, Collection<R> gone) {
    Map<Object, List<Object>> leaving = new TreeMap<>(Untyped.order(index));
    for (R row : gone) {
      index
          .keyOf(row)
          .ifPresent(
              key -> leaving.computeIfAbsent(key, k -> new ArrayList<>()).add(primaryKey(row)));
    }
    TreePMap<Object, Object> left = map;
    for (Map.Entry<Object, List<Object>> each : leaving.entrySet()) {
      TreePMap<Object, Object> group = Untyped.map(map.get(each.getKey()));
      left =
          group.size() == each.getValue().size()
              ? left.minus(each.getKey())
              : left.plus(each.getKey(), Rebuilding.without(group, each.getValue()));
    }
    return left;
  }

  /**
   * With rows of keys that no row has.
   *
   * @throws DuplicateKeyException if one has
   */
  Rows<R> with(Collection<R> fresh) {
    Map<Index<R, ?>, TreePMap<Object, Object>> next = new HashMap<>();
    maps.forEach(
        (index, map) ->
            next.put(
                index,
                index instanceof Group
                    ? oneByOne(index, map, fresh)
                    : withKeys(index, map, fresh)));
    return new Rows<>(table, next);
  }

  private TreePMap<Object, Object> withKeys(
      Index<R, ?> index, TreePMap<Object, Object> map, Collection<R> fresh) {
    List<Map.Entry<Object, Object>> entries = new ArrayList<>(fresh.size());
    fresh.forEach(row -> index.keyOf(row).ifPresent(key -> entries.add(Map.entry(key, row))));
    if (!Rebuilding.isWorthwhile(map, entries)) {
      return oneByOne(index, map, fresh);
    }
    try {
      return Rebuilding.with(map, entries);
    } catch (IllegalArgumentException e) {
      throw duplicate(index);
    }
  }

  private TreePMap<Object, Object> oneByOne(
      Index<R, ?> index, TreePMap<Object, Object> map, Collection<R> fresh) {
    TreePMap<Object, Object> all = map;
    for (R row : fresh) {
      Optional<?> key = index.keyOf(row);
      all = key.isPresent() ? with(index, all, key.get(), primaryKey(row), row) : all;
    }
    return all;
  }

  private DuplicateKeyException duplicate(Index<R, ?> index) {
    return new DuplicateKeyException(table + " has another row for this key of " + index);
  }

  private Object primaryKey(R row) {
    return table
        .primary()
        .keyOf(row)
        .orElseThrow(() -> new IllegalArgumentException("a row without a key in " + table));
  }

  /** The rows of all keys of an index, for tests: keys that no row has must not be left behind. */
  Map<Object, Object> entries(Index<R, ?> index) {
    Map<Object, Object> copy = new TreeMap<>(map(index).comparator());
    copy.putAll(map(index));
    return copy;
  }
}
