package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds after any sequence of operations. */
class StorePropertiesTest {
  @Provide
  Arbitrary<List<String>> sequences() {
    return Commands.sequences();
  }

  @Property(tries = 2000)
  void theStoreAnswersAsTheModelDoes(@ForAll("sequences") List<String> lines) {
    Script script = new Script();
    Model model = new Model();
    for (String line : lines) {
      assertThat(script.answer(line)).as(line).isEqualTo(model.answer(line));
      Invariants.check(script.store.current());
      assertThat(script.store.current().index()).isEqualTo(model.index);
    }
  }

  @Property(tries = 300)
  void everySuccessCountsTheIndexUpByOneAndIsInTheHistory(@ForAll("sequences") List<String> lines) {
    Script script = new Script();
    Model model = new Model();
    for (String line : lines) {
      script.answer(line);
      model.answer(line);
    }
    History history = script.store.current().history();
    List<String> kept = new ArrayList<>();
    for (long i = history.oldestIndex(); i <= history.lastIndex(); i++) {
      kept.add(Script.show(history.at(i)));
    }
    assertThat(kept).isEqualTo(model.events.stream().map(Model.Happened::shown).toList());
  }

  @Property(tries = 300)
  void sameOperationsMakeTheSameVersion(@ForAll("sequences") List<String> lines) {
    Script one = new Script();
    Script other = new Script();
    lines.forEach(one::answer);
    lines.forEach(other::answer);
    assertThat(records(one.store.current())).isEqualTo(records(other.store.current()));
  }

  @Property(tries = 500)
  void aVersionSurvivesItsSnapshotAndGoesOnAsBefore(
      @ForAll("sequences") List<String> before, @ForAll("sequences") List<String> after) {
    Script original = new Script(new Store(20));
    before.forEach(original::answer);
    Store restored = new Store(20);
    restored.restore(original.store.current().records());
    Invariants.check(restored.current());
    assertThat(records(restored.current())).isEqualTo(records(original.store.current()));
    Script copy = new Script(restored);
    for (String line : after) {
      assertThat(copy.answer(line)).as(line).isEqualTo(original.answer(line));
    }
    assertThat(records(restored.current())).isEqualTo(records(original.store.current()));
  }

  @Property(tries = 300)
  void aVersionNeverChanges(
      @ForAll("sequences") List<String> before, @ForAll("sequences") List<String> after) {
    Script script = new Script(new Store(20));
    before.forEach(script::answer);
    Version version = script.store.current();
    List<SnapshotRecord> then = records(version);
    after.forEach(script::answer);
    assertThat(records(version)).isEqualTo(then);
  }

  static List<SnapshotRecord> records(Version version) {
    List<SnapshotRecord> records = new ArrayList<>();
    for (Iterator<SnapshotRecord> i = version.records(); i.hasNext(); ) {
      records.add(i.next());
    }
    return records;
  }
}
