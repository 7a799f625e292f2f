package dev.understudy.tables;

import static dev.understudy.tables.People.BY_ID;
import static dev.understudy.tables.People.BY_NAME;
import static dev.understudy.tables.People.PEOPLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.tables.People.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final Prefixed<String, byte[]> BY_BYTES =
      Index.prefixed("bytes", Keys.BYTES, text -> bytes(text));
  private static final Table<String> WORDS = Table.of("words", BY_BYTES);

  private final Tables tables = Tables.of(PEOPLE, WORDS);
  private final List<String> fired = new ArrayList<>();

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private void put(Person person) {
    Transaction change = tables.begin();
    change.put(PEOPLE, person);
    change.commit();
  }

  @Test
  void tablesOfOneTransactionChangeAtOnce() {
    Transaction change = tables.begin();
    change.put(PEOPLE, new Person(1, "ann", "x"));
    change.put(WORDS, "ann");
    assertThat(tables.current().rows(PEOPLE).size()).isZero();
    Read<?> read = Read.all(PEOPLE);
    tables.watch(read, () -> fired.add("words: " + tables.current().rows(WORDS).size()));
    change.commit();
    assertThat(fired).containsExactly("words: 1");
  }

  @Test
  void whatIsGivenUpHasNotHappened() {
    tables.begin().put(PEOPLE, new Person(1, "ann", "x"));
    assertThat(tables.current().rows(PEOPLE).size()).isZero();
  }

  @Test
  void aTransactionThatMissedAnotherIsRefused() {
    Transaction late = tables.begin();
    late.put(PEOPLE, new Person(1, "ann", "x"));
    put(new Person(2, "bob", "x"));
    assertThatThrownBy(late::commit).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> late.put(WORDS, "more")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void bytesAreOrderedWithoutSignAndFoundByTheirBeginning() {
    Transaction change = tables.begin();
    for (String word : List.of("\u00ff\u0001", "a", "\u0080", "\u00ff")) {
      change.put(WORDS, word);
    }
    change.commit();
    Rows<String> words = tables.current().rows(WORDS);
    assertThat(words.all()).containsExactly("a", "\u0080", "\u00ff", "\u00ff\u0001");
    assertThat(words.prefix(BY_BYTES, bytes("\u00ff"))).containsExactly("\u00ff", "\u00ff\u0001");
    assertThat(words.get(BY_BYTES, bytes("a"))).contains("a");
  }

  @Test
  void theSameRowAgainIsNoChange() {
    put(new Person(1, "ann", "x"));
    Snapshot before = tables.current();
    tables.watch(Read.all(PEOPLE), () -> fired.add("all"));
    put(new Person(1, "ann", "x"));
    assertThat(fired).isEmpty();
    assertThat(tables.current()).isSameAs(before);
  }

  @Test
  void aClosedWatchDoesNotFire() {
    Watch<?> watch = tables.watch(Read.prefix(PEOPLE, BY_NAME, "a"), () -> fired.add("a"));
    watch.close();
    watch.close();
    put(new Person(1, "ann", "x"));
    assertThat(fired).isEmpty();
    assertThat(tables.watchCount()).isZero();
  }

  @Test
  void aListenerMayWatchAgain() {
    class Again implements Runnable {
      @Override
      public void run() {
        fired.add(tables.watch(Read.one(PEOPLE, BY_ID, 1), this).answer().get().town());
      }
    }

    tables.watch(Read.one(PEOPLE, BY_ID, 1), new Again());
    put(new Person(1, "ann", "x"));
    put(new Person(1, "ann", "y"));
    assertThat(fired).containsExactly("x", "y");
    assertThat(tables.watchCount()).isEqualTo(1);
  }

  @Test
  void aRestoredSnapshotWakesEverybody() {
    put(new Person(1, "ann", "x"));
    Snapshot one = tables.current();
    put(new Person(2, "bob", "x"));
    Watch<?> watch = tables.watch(Read.one(PEOPLE, BY_ID, 9), () -> fired.add("restored"));
    tables.restore(one);
    assertThat(fired).containsExactly("restored");
    assertThat(watch.snapshot().rows(PEOPLE).size()).isEqualTo(2);
    assertThat(tables.current().rows(PEOPLE).size()).isEqualTo(1);
    assertThat(tables.watchCount()).isZero();
  }

  @Test
  void tablesAndIndexesOfOthersAreRefused() {
    Table<String> other = Table.of("other", Index.<String, String>unique("self", word -> word));
    assertThatThrownBy(() -> tables.watch(Read.all(other), () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    Unique<Person, Integer> stranger = Index.unique("stranger", Person::id);
    assertThatThrownBy(() -> tables.current().rows(PEOPLE).get(stranger, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Table.of("twice", BY_ID, BY_ID))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tables.restore(Tables.of(WORDS).current()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWatchThatHasLetGoOfItsAnswerStillFires() {
    put(new Person(1, "ann", "x"));
    Watch<?> watch = tables.watch(Read.one(PEOPLE, BY_ID, 1), () -> fired.add("changed"));
    assertThat(watch.answer()).isEqualTo(Optional.of(new Person(1, "ann", "x")));
    watch.forgetAnswer();
    assertThatThrownBy(watch::answer).isInstanceOf(IllegalStateException.class);
    put(new Person(1, "ann", "y"));
    assertThat(fired).containsExactly("changed");
    watch.close();
  }
}
