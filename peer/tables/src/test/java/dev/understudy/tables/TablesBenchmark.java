package dev.understudy.tables;

import static dev.understudy.tables.People.BY_ID;
import static dev.understudy.tables.People.BY_NAME;
import static dev.understudy.tables.People.PEOPLE;

import dev.understudy.tables.People.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an immutable table of 100,000 rows with five indexes cost beside what would be written
 * by hand: two {@code TreeMap}s and three {@code HashMap}s under a lock, of which a snapshot is a
 * copy?
 *
 * <p>{@code mvn -pl peer/tables test -Dtest=TablesBenchmarkTest -Dtables.benchmark=full} runs
 * everything long enough for figures; the ordinary test runs each once and small.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(0)
public class TablesBenchmark {
  private static final int ROWS = 100_000;
  private static final int PAGE = 10;

  private static Person person(int id, int town) {
    return new Person(id, "person-" + (1_000_000 + id), "town-" + town);
  }

  /** A table, and 10,000 watches of other rows. */
  @State(Scope.Benchmark)
  public static class ATable {
    final Tables tables = Tables.of(PEOPLE);
    final SplittableRandom random = new SplittableRandom(1);

    /** Fills it. */
    @Setup
    public void fill() {
      Transaction change = tables.begin();
      for (int i = 0; i < ROWS; i++) {
        change.put(PEOPLE, person(i, i % 1_000));
      }
      change.commit();
      for (int i = 1; i <= 10_000; i++) {
        tables.watch(Read.one(PEOPLE, BY_ID, -i), () -> {});
      }
    }
  }

  /** The same by hand. */
  @State(Scope.Benchmark)
  public static class MapsUnderALock {
    final TreeMap<Integer, Person> byId = new TreeMap<>();
    final TreeMap<String, Person> byName = new TreeMap<>();
    final Map<String, TreeMap<Integer, Person>> byTown = new HashMap<>();
    final SplittableRandom random = new SplittableRandom(1);

    /** Fills them. */
    @Setup
    public void fill() {
      for (int i = 0; i < ROWS; i++) {
        put(person(i, i % 1_000));
      }
    }

    synchronized void put(Person person) {
      Person before = byId.put(person.id(), person);
      if (before != null) {
        byTown.get(before.town()).remove(before.id());
      }
      byName.put(person.name(), person);
      byTown.computeIfAbsent(person.town(), town -> new TreeMap<>()).put(person.id(), person);
    }

    synchronized Person get(int id) {
      return byId.get(id);
    }

    synchronized List<Person> page(String prefix) {
      List<Person> page = new ArrayList<>();
      for (Map.Entry<String, Person> entry : byName.tailMap(prefix).entrySet()) {
        if (!entry.getKey().startsWith(prefix)) {
          break;
        }
        page.add(entry.getValue());
      }
      return page;
    }

    synchronized Map<Integer, Person> copy() {
      return new TreeMap<>(byId);
    }
  }

  /** One row, in a transaction of its own. */
  @Benchmark
  public Object tablePut(ATable state) {
    Transaction change = state.tables.begin();
    change.put(PEOPLE, person(state.random.nextInt(ROWS), state.random.nextInt(1_000)));
    change.commit();
    return state.tables.current();
  }

  /** One row by its primary key. */
  @Benchmark
  public Object tableGet(ATable state) {
    return state.tables.current().rows(PEOPLE).get(BY_ID, state.random.nextInt(ROWS));
  }

  /** Ten rows by a prefix. */
  @Benchmark
  public Object tablePage(ATable state) {
    String prefix = "person-" + (1_000_000 + state.random.nextInt(ROWS)) / PAGE;
    return List.copyOf(state.tables.current().rows(PEOPLE).prefix(BY_NAME, prefix));
  }

  /** Something that does not change any more. */
  @Benchmark
  public Object tableSnapshot(ATable state) {
    return state.tables.current();
  }

  /** One row. */
  @Benchmark
  public Object mapsPut(MapsUnderALock state) {
    Person person = person(state.random.nextInt(ROWS), state.random.nextInt(1_000));
    state.put(person);
    return person;
  }

  /** One row by its primary key. */
  @Benchmark
  public Object mapsGet(MapsUnderALock state) {
    return state.get(state.random.nextInt(ROWS));
  }

  /** Ten rows by a prefix. */
  @Benchmark
  public Object mapsPage(MapsUnderALock state) {
    return state.page("person-" + (1_000_000 + state.random.nextInt(ROWS)) / PAGE);
  }

  /** Something that does not change any more. */
  @Benchmark
  public Object mapsSnapshot(MapsUnderALock state) {
    return state.copy();
  }
}
