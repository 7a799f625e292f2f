package dev.understudy.tables;

import static dev.understudy.tables.People.BY_BOSS;
import static dev.understudy.tables.People.BY_DESK;
import static dev.understudy.tables.People.BY_ID;
import static dev.understudy.tables.People.BY_NAME;
import static dev.understudy.tables.People.BY_TOWN;
import static dev.understudy.tables.People.PEOPLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.tables.People.Person;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Tables beside a map that is searched from end to end. */
class TablesPropertiesTest {
  private static final List<String> TEXTS =
      List.of("", "a", "ab", "abc", "b", "\uFF5E", "😀", "😀b");

  /**
   * One step.
   *
   * @param person to put, or only its id to take out
   */
  record Step(boolean put, boolean commit, Person person) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Optional<Integer>> some =
        Arbitraries.integers().between(1, 4).optional(0.5).map(o -> o);
    Arbitrary<Person> people =
        Combinators.combine(
                Arbitraries.integers().between(1, 6),
                Arbitraries.of(TEXTS),
                Arbitraries.of("x", "y"),
                some,
                some)
            .as(Person::new);
    return Combinators.combine(
            Arbitraries.of(true, true, false), Arbitraries.of(true, false), people)
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  @Property(tries = 500)
  void everyReadAnswersAsASearchOfAllRowsDoes(@ForAll("steps") List<Step> steps) {
    Tables tables = Tables.of(PEOPLE);
    Map<Integer, Person> model = new TreeMap<>();
    Transaction change = tables.begin();
    for (Step step : steps) {
      apply(change, model, step);
      compare(change.rows(PEOPLE), model);
      if (step.commit()) {
        change.commit();
        change = tables.begin();
        compare(tables.current().rows(PEOPLE), model);
      }
    }
  }

  @Property(tries = 300)
  void manyRowsLeaveAsOneAfterTheOther(
      @ForAll("steps") List<Step> steps, @ForAll @Size(6) List<Boolean> leave) {
    Tables tables = Tables.of(PEOPLE);
    Map<Integer, Person> model = new TreeMap<>();
    Transaction change = tables.begin();
    for (Step step : steps) {
      apply(change, model, step);
    }
    List<Person> gone = search(model, person -> leave.get(person.id() - 1)).toList();
    change.removeAll(PEOPLE, gone);
    gone.forEach(person -> model.remove(person.id()));
    compare(change.rows(PEOPLE), model);
    change.addAll(PEOPLE, gone);
    gone.forEach(person -> model.put(person.id(), person));
    compare(change.rows(PEOPLE), model);
    change.commit();
    compare(tables.current().rows(PEOPLE), model);
  }

  /**
   * Does the same to both; what would make two rows with one key is refused and changes neither.
   */
  private static void apply(Transaction change, Map<Integer, Person> model, Step step) {
    Person person = step.person();
    if (!step.put()) {
      Person gone = model.remove(person.id());
      assertThat(change.remove(PEOPLE, BY_ID, person.id())).isEqualTo(Optional.ofNullable(gone));
      return;
    }
    boolean duplicate =
        model.values().stream()
            .filter(other -> other.id() != person.id())
            .anyMatch(
                other ->
                    other.name().equals(person.name())
                        || (person.desk().isPresent() && other.desk().equals(person.desk())));
    try {
      change.put(PEOPLE, person);
      assertThat(duplicate).isFalse();
      model.put(person.id(), person);
    } catch (DuplicateKeyException e) {
      assertThat(duplicate).isTrue();
    }
  }

  private static void compare(Rows<Person> rows, Map<Integer, Person> model) {
    assertThat(rows.size()).isEqualTo(model.size());
    assertThat(rows.all()).containsExactlyElementsOf(model.values());
    for (int key = 1; key <= 6; key++) {
      int id = key;
      assertThat(rows.get(BY_ID, id)).isEqualTo(Optional.ofNullable(model.get(id)));
      assertThat(rows.get(BY_DESK, id))
          .isEqualTo(search(model, p -> has(p.desk(), id)).findFirst());
      same(rows.all(BY_BOSS, id), model, p -> has(p.boss(), id));
    }
    for (String town : List.of("x", "y", "z")) {
      same(rows.all(BY_TOWN, town), model, p -> p.town().equals(town));
    }
    for (String text : TEXTS) {
      Collection<Person> found = rows.prefix(BY_NAME, text);
      assertThat(found)
          .containsExactlyInAnyOrderElementsOf(
              search(model, p -> p.name().startsWith(text)).toList());
      assertThat(List.copyOf(found))
          .isSortedAccordingTo((a, b) -> Keys.TEXT.compare(a.name(), b.name()));
      assertThat(found.isEmpty()).isEqualTo(found.size() == 0);
    }
    assertThat(rows.entries(BY_TOWN).size()).isLessThanOrEqualTo(2);
    assertThat(rows.entries(BY_TOWN).isEmpty()).isEqualTo(model.isEmpty());
  }

  private static void same(
      Collection<Person> found, Map<Integer, Person> model, Predicate<Person> wanted) {
    assertThat(found).containsExactlyElementsOf(search(model, wanted).toList());
  }

  private static java.util.stream.Stream<Person> search(
      Map<Integer, Person> model, Predicate<Person> wanted) {
    return model.values().stream().filter(wanted);
  }

  private static boolean has(Optional<Integer> value, int wanted) {
    return value.isPresent() && value.get() == wanted;
  }

  @Property(tries = 300)
  void aSnapshotNeverChanges(
      @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> after) {
    Tables tables = Tables.of(PEOPLE);
    run(tables, before);
    Snapshot then = tables.current();
    List<Person> all = List.copyOf(then.rows(PEOPLE).all());
    run(tables, after);
    assertThat(then.rows(PEOPLE).all()).containsExactlyElementsOf(all);
  }

  @Property(tries = 500)
  void aWatchFiresWhenItsAnswerChangesAndForNothingElse(
      @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> after) {
    Tables tables = Tables.of(PEOPLE);
    run(tables, before);
    List<Watched> watched = new ArrayList<>();
    watched.add(new Watched(tables, Read.all(PEOPLE)));
    for (int key = 1; key <= 6; key++) {
      watched.add(new Watched(tables, Read.one(PEOPLE, BY_ID, key)));
      watched.add(new Watched(tables, Read.one(PEOPLE, BY_DESK, key)));
      watched.add(new Watched(tables, Read.all(PEOPLE, BY_BOSS, key)));
    }
    for (String text : TEXTS) {
      watched.add(new Watched(tables, Read.one(PEOPLE, BY_NAME, text)));
      watched.add(new Watched(tables, Read.prefix(PEOPLE, BY_NAME, text)));
    }
    watched.add(new Watched(tables, Read.all(PEOPLE, BY_TOWN, "x")));
    for (Step step : after) {
      run(tables, List.of(step));
      watched.forEach(Watched::check);
    }
    watched.forEach(each -> each.watch.close());
    assertThat(tables.watchCount()).isZero();
  }

  private static void run(Tables tables, List<Step> steps) {
    for (Step step : steps) {
      Transaction change = tables.begin();
      try {
        if (step.put()) {
          change.put(PEOPLE, step.person());
        } else {
          change.remove(PEOPLE, BY_ID, step.person().id());
        }
        change.commit();
      } catch (DuplicateKeyException e) {
        assertThat(step.put()).isTrue();
      }
    }
  }

  /** A watch beside what it should have said. */
  private static final class Watched {
    private final Tables tables;
    private final Read<?> read;
    private final Watch<?> watch;
    private final Object first;
    private int fired;
    private boolean changed;

    Watched(Tables tables, Read<?> read) {
      this.tables = tables;
      this.read = read;
      this.watch = tables.watch(read, () -> fired++);
      this.first = value(watch.answer());
    }

    void check() {
      changed |= !value(read.of(tables.current())).equals(first);
      assertThat(fired).as("%s %s", read.index(), read.key()).isEqualTo(changed ? 1 : 0);
    }

    private static Object value(Object answer) {
      return answer instanceof Collection<?> rows ? List.copyOf(rows) : answer;
    }
  }
}
