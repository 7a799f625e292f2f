package dev.understudy.locks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.tables.Snapshot;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds after any sequence of changes. */
class LockSpacePropertiesTest {
  private static final List<String> KEYS = List.of("a", "a/b", "b");
  private static final List<String> SESSIONS = List.of("s1", "s2", "s3");
  private static final long DELAY_MILLIS = 5;

  /** What an entry of the log may hold, with the time that passes before it. */
  record Change(long millis, Optional<String> created, List<String> ended, LockOperation step) {}

  @Provide
  Arbitrary<List<Change>> changes() {
    Arbitrary<LockOperation> steps =
        Combinators.combine(
                Arbitraries.of(Verb.values()),
                Arbitraries.of(KEYS),
                Arbitraries.longs().between(0, 20),
                Arbitraries.of(SESSIONS))
            .as(
                (verb, key, index, session) ->
                    new LockOperation(
                        verb,
                        key,
                        Value.of(new byte[] {index.byteValue()}),
                        index,
                        index,
                        session));
    return Combinators.combine(
            Arbitraries.longs().between(0, 4),
            Arbitraries.of(SESSIONS).optional(0.4),
            Arbitraries.of(SESSIONS).list().ofMaxSize(1),
            steps)
        .as(Change::new)
        .list()
        .ofMaxSize(40);
  }

  private static Session session(String id) {
    Behavior behavior = id.equals("s3") ? Behavior.DELETE : Behavior.RELEASE;
    return new Session(id, "", "n", List.of(), DELAY_MILLIS, behavior, 0, 0);
  }

  @Property(tries = 500)
  void aLockIsHeldByOneLivingSessionAndItsTokenOnlyRises(@ForAll("changes") List<Change> changes) {
    LockSpace space = new LockSpace();
    Map<String, Entry> last = new HashMap<>();
    Map<String, Long> delayedUntil = new HashMap<>();
    long now = 0;
    long index = 0;
    long entriesIndex = 1;
    for (Change change : changes) {
      now += change.millis();
      index++;
      for (String ended : change.ended()) {
        long until = now + DELAY_MILLIS;
        held(last, ended).forEach(key -> delayedUntil.put(key, until));
      }
      long at = index;
      change.created().ifPresent(id -> space.create(session(id), at));
      space.end(change.ended(), index, now);
      compare(space, last, delayedUntil, now, false);
      TxnResult result = space.apply(List.of(change.step()), ++index, now);
      assertThat(result.done()).isEqualTo(result.failures().isEmpty());
      compare(space, last, delayedUntil, now, true);
      Snapshot snapshot = space.current();
      Collection<Entry> all = LockTables.entries("").of(snapshot);
      long newIndex = LockTables.indexOfEntries(snapshot, all);
      assertThat(newIndex).isGreaterThanOrEqualTo(entriesIndex);
      entriesIndex = newIndex;
      assertThat(space.bytes())
          .isEqualTo(
              all.stream().mapToLong(Entry::bytes).sum()
                  + LockTables.sessions().of(snapshot).stream().mapToLong(Session::bytes).sum());
      assertThat(restored(snapshot)).isEqualTo(describe(snapshot));
    }
  }

  private static List<String> held(Map<String, Entry> entries, String session) {
    return entries.values().stream()
        .filter(entry -> entry.session().equals(session))
        .map(Entry::key)
        .toList();
  }

  private static void compare(
      LockSpace space,
      Map<String, Entry> last,
      Map<String, Long> delayedUntil,
      long now,
      boolean byStep) {
    Snapshot snapshot = space.current();
    Map<String, Entry> present = new HashMap<>();
    for (Entry entry : LockTables.entries("").of(snapshot)) {
      present.put(entry.key(), entry);
      if (entry.isHeld()) {
        assertThat(LockTables.session(entry.session()).of(snapshot)).isPresent();
      }
      Entry before = last.get(entry.key());
      if (before != null && before.createIndex() == entry.createIndex()) {
        boolean otherHolder = entry.isHeld() && !entry.session().equals(before.session());
        assertThat(entry.lockIndex()).isEqualTo(before.lockIndex() + (otherHolder ? 1 : 0));
        assertThat(otherHolder && before.isHeld()).as("taken from its holder").isFalse();
      }
      boolean taken = entry.isHeld() && (before == null || !before.isHeld());
      if (taken) {
        assertThat(byStep).isTrue();
        assertThat(delayedUntil.getOrDefault(entry.key(), 0L)).isLessThanOrEqualTo(now);
      }
    }
    last.clear();
    last.putAll(present);
  }

  private static Map<String, Object> restored(Snapshot snapshot) {
    return describe(
        LockSpace.of(
            LockTables.sessions().of(snapshot),
            LockTables.entries("").of(snapshot),
            LockTables.delays(snapshot),
            LockTables.deletions(snapshot)));
  }

  private static Map<String, Object> describe(Snapshot snapshot) {
    Map<String, Object> all = new TreeMap<>();
    all.put("sessions", List.copyOf(LockTables.sessions().of(snapshot)));
    all.put("entries", List.copyOf(LockTables.entries("").of(snapshot)));
    all.put("delays", LockTables.delays(snapshot).stream().collect(Collectors.toList()));
    all.put("deletions", List.copyOf(LockTables.deletions(snapshot)));
    return all;
  }
}
