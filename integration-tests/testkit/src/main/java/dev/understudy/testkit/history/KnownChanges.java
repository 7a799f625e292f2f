package dev.understudy.testkit.history;

import dev.understudy.testkit.history.Outcome.Entered;
import dev.understudy.testkit.history.Outcome.Node;
import dev.understudy.testkit.history.Outcome.Written;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every change of the store that anybody knows of: who wrote it was told so, or somebody has seen
 * it. The store counts its changes, so no two have one index, whatever the keys.
 */
final class KnownChanges {
  /**
   * A change.
   *
   * @param value afterwards; empty when the key was gone
   * @param witness who tells of it, for a reader
   */
  record Change(long index, String key, Optional<String> value, String witness) {
    private boolean agreesWith(Change other) {
      return key.equals(other.key) && value.equals(other.value);
    }
  }

  private final Map<Long, Change> byIndex = new HashMap<>();
  private final Map<String, TreeMap<Long, Change>> byKey = new HashMap<>();
  private final Map<String, Set<String>> expiring = new HashMap<>();
  private final Set<String> perhapsDeleted = new HashSet<>();
  private final List<String> contradictions = new ArrayList<>();

  static KnownChanges of(List<RecordedOperation> operations, List<RecordedWatch> watches) {
    KnownChanges known = new KnownChanges();
    operations.forEach(known::note);
    for (RecordedWatch watch : watches) {
      watch.events().forEach(event -> known.note(watch, event));
    }
    return known;
  }

  private KnownChanges() {}

  private void note(RecordedOperation operation) {
    Call call = operation.call();
    String witness = operation.toString();
    if (operation.outcome() instanceof Written written) {
      note(new Change(written.index(), call.key(), call.written(), witness));
    } else if (operation.outcome() instanceof Entered entered) {
      note(new Change(entered.index(), entered.key(), call.written(), witness));
    }
    Steps.nodesSeen(operation.outcome()).forEach(node -> note(seen(call.key(), node, witness)));
    if (call.ttlMillis().isPresent()) {
      expiring
          .computeIfAbsent(call.key(), key -> new HashSet<>())
          .add(call.written().orElseThrow());
    }
    boolean deletes = call.writes() && call.written().isEmpty();
    if (deletes && operation.outcome() instanceof Outcome.Unknown) {
      perhapsDeleted.add(call.key());
    }
  }

  private static Change seen(String key, Node node, String witness) {
    return new Change(node.index(), key, Optional.of(node.value()), witness);
  }

  private void note(RecordedWatch watch, WatchedEvent event) {
    String witness = "a watch of client " + watch.client() + " on " + watch.key();
    note(new Change(event.index(), event.key(), event.value(), witness + ": " + event));
  }

  private void note(Change change) {
    Change other = byIndex.putIfAbsent(change.index(), change);
    if (other == null) {
      byKey.computeIfAbsent(change.key(), key -> new TreeMap<>()).put(change.index(), change);
    } else if (!other.agreesWith(change)) {
      contradictions.add(
          "two changes with one index:\n  " + other.witness() + "\n  " + change.witness());
    }
  }

  /** Changes that have the same index and are not the same. */
  List<String> contradictions() {
    return contradictions;
  }

  /** The changes of a key behind one index, up to another. */
  Collection<Change> between(String key, long after, long upTo) {
    return after >= upTo ? List.of() : of(key).subMap(after, false, upTo, true).values();
  }

  /** The last change of a key up to an index. */
  Optional<Change> last(String key, long upTo) {
    return Optional.ofNullable(of(key).floorEntry(upTo)).map(Map.Entry::getValue);
  }

  private TreeMap<Long, Change> of(String key) {
    return byKey.getOrDefault(key, new TreeMap<>());
  }

  /** Every key of which a change is known. */
  Collection<String> keys() {
    return byKey.keySet();
  }

  /** Whether a key may be gone again after that change though nobody knows of it. */
  boolean mayBeGoneAfter(Change change) {
    return perhapsDeleted.contains(change.key())
        || change.value().filter(value -> mayExpire(change.key(), value)).isPresent();
  }

  private boolean mayExpire(String key, String value) {
    return expiring.getOrDefault(key, Set.of()).contains(value);
  }

  /** Whether somebody may have deleted the key and was not told. */
  boolean isPerhapsDeleted(String key) {
    return perhapsDeleted.contains(key);
  }
}
