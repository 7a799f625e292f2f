package dev.understudy.locks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.TxnResult.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockSpaceTest {
  private final LockSpace space = new LockSpace();
  private long index = 10;
  private long now = 1_000;

  private void session(String id, Behavior behavior) {
    Session wanted = new Session(id, "", "n", List.of(), 15_000, behavior, 0, 0);
    assertThat(space.create(wanted, ++index)).isPresent();
  }

  private static LockOperation step(Verb verb, String key, long number, String session) {
    return new LockOperation(verb, key, Value.of(new byte[] {1}), 7, number, session);
  }

  private TxnResult apply(LockOperation... steps) {
    return space.apply(List.of(steps), ++index, now);
  }

  private boolean done(Verb verb, String key, long number, String session) {
    return apply(step(verb, key, number, session)).done();
  }

  private Entry entry(String key) {
    return LockTables.entry(key).of(space.current()).orElseThrow();
  }

  private boolean exists(String key) {
    return LockTables.entry(key).of(space.current()).isPresent();
  }

  @Test
  void whoeverTakesAFreeKeyHoldsItWithTheNextToken() {
    session("s", Behavior.RELEASE);
    session("t", Behavior.RELEASE);
    assertThat(done(Verb.LOCK, "k", 0, "s")).isTrue();
    assertThat(entry("k")).isEqualTo(new Entry("k", Value.of(new byte[] {1}), 7, "s", 13, 13, 1));
    assertThat(done(Verb.LOCK, "k", 0, "s")).as("its holder again").isTrue();
    assertThat(entry("k").lockIndex()).isEqualTo(1);
    assertThat(done(Verb.LOCK, "k", 0, "t")).isFalse();
    assertThat(done(Verb.UNLOCK, "k", 0, "t")).isFalse();
    assertThat(done(Verb.UNLOCK, "k", 0, "s")).isTrue();
    assertThat(done(Verb.LOCK, "k", 0, "t")).as("no delay after a release").isTrue();
    assertThat(entry("k").lockIndex()).isEqualTo(2);
  }

  @Test
  void aSessionThatIsNotThereTakesNothing() {
    TxnResult result = apply(step(Verb.LOCK, "k", 0, "s"));
    assertThat(result.failures())
        .containsExactly(new TxnResult.Failure(0, Reason.NO_SESSION, "invalid session \"s\""));
    assertThat(exists("k")).isFalse();
  }

  @Test
  void whatAnEndedSessionHeldIsFreeAfterItsLockDelay() {
    session("s", Behavior.RELEASE);
    session("t", Behavior.RELEASE);
    done(Verb.LOCK, "k", 0, "s");
    assertThat(space.end(List.of("s", "unknown"), ++index, now)).isEqualTo(1);
    assertThat(entry("k").isHeld()).isFalse();
    assertThat(entry("k").modifyIndex()).isEqualTo(index);
    now += 14_999;
    assertThat(apply(step(Verb.LOCK, "k", 0, "t")).failures().get(0).reason())
        .isEqualTo(Reason.LOCK_DELAY);
    now += 1;
    assertThat(done(Verb.LOCK, "k", 0, "t")).isTrue();
    assertThat(entry("k").lockIndex()).isEqualTo(2);
    assertThat(LockTables.delays(space.current())).isEmpty();
  }

  @Test
  void theEndOfASessionForgetsTheDelaysThatAreOver() {
    session("s", Behavior.RELEASE);
    session("t", Behavior.RELEASE);
    session("u", Behavior.RELEASE);
    done(Verb.LOCK, "b", 0, "s");
    done(Verb.LOCK, "a", 0, "t");
    space.end(List.of("s"), ++index, now);
    space.end(List.of("t"), ++index, now + 1);
    space.end(List.of("u"), ++index, now + 15_000);
    assertThat(LockTables.delays(space.current()))
        .containsExactly(new LockDelay("a", now + 15_001));
  }

  @Test
  void sessionsTakeMemoryUntilTheyEnd() {
    session("s", Behavior.RELEASE);
    assertThat(space.bytes()).isPositive();
    LockSpace restored = new LockSpace();
    restored.restore(space.current());
    assertThat(restored.bytes()).isEqualTo(space.bytes());
    space.end(List.of("s"), ++index, now);
    assertThat(space.bytes()).isZero();
  }

  @Test
  void aTransactionThatFindsTooMuchChangesNothing() {
    LockOperation large = new LockOperation(Verb.SET, "k", Value.of(new byte[1 << 20]), 0, 0, "");
    assertThat(apply(large).done()).isTrue();
    LockOperation tree = step(Verb.GET_TREE, "", 0, "");
    assertThat(space.apply(Collections.nCopies(15, tree), ++index, now).entries()).hasSize(15);
    List<LockOperation> steps = new ArrayList<>(List.of(step(Verb.SET, "l", 0, "")));
    steps.addAll(Collections.nCopies(16, tree));
    TxnResult result = space.apply(steps, ++index, now);
    assertThat(result.failures().get(0).reason()).isEqualTo(Reason.TOO_MUCH);
    assertThat(exists("l")).isFalse();
  }

  @Test
  void aSessionThatDeletesTakesItsEntriesWithIt() {
    session("s", Behavior.DELETE);
    session("t", Behavior.RELEASE);
    done(Verb.LOCK, "k", 0, "s");
    space.end(List.of("s"), ++index, now);
    assertThat(exists("k")).isFalse();
    assertThat(done(Verb.LOCK, "k", 0, "t")).as("within the delay").isFalse();
    assertThat(LockTables.indexOfEntries(space.current(), List.of())).isEqualTo(14);
  }

  @Test
  void plainWritesLeaveTheHolderAlone() {
    session("s", Behavior.RELEASE);
    done(Verb.LOCK, "k", 0, "s");
    assertThat(done(Verb.SET, "k", 0, "")).isTrue();
    assertThat(entry("k").session()).isEqualTo("s");
    assertThat(entry("k").lockIndex()).isEqualTo(1);
    assertThat(done(Verb.DELETE, "k", 0, "")).isTrue();
    assertThat(exists("k")).isFalse();
  }

  @Test
  void comparesByTheModifyIndex() {
    assertThat(done(Verb.CAS, "k", 5, "")).as("nothing there").isFalse();
    assertThat(done(Verb.CAS, "k", 0, "")).as("to create").isTrue();
    assertThat(done(Verb.CAS, "k", 0, "")).as("there already").isFalse();
    assertThat(done(Verb.CAS, "k", entry("k").modifyIndex(), "")).isTrue();
    assertThat(done(Verb.DELETE_CAS, "k", 1, "")).isFalse();
    assertThat(done(Verb.DELETE_CAS, "k", entry("k").modifyIndex(), "")).isTrue();
    assertThat(done(Verb.DELETE_CAS, "k", 1, "")).as("gone already").isTrue();
  }

  @Test
  void aTransactionIsDoneAsAWholeOrNotAtAll() {
    session("s", Behavior.RELEASE);
    apply(step(Verb.SET, "a/1", 0, ""), step(Verb.SET, "a/2", 0, ""), step(Verb.SET, "b", 0, ""));
    long a1 = entry("a/1").modifyIndex();
    TxnResult failed =
        apply(
            step(Verb.DELETE_TREE, "a/", 0, ""),
            step(Verb.CHECK_NOT_EXISTS, "b", 0, ""),
            step(Verb.GET, "a/1", 0, ""));
    assertThat(failed.failures()).extracting(TxnResult.Failure::step).containsExactly(1, 2);
    assertThat(failed.entries()).isEmpty();
    assertThat(exists("a/1")).isTrue();
    TxnResult done =
        apply(
            step(Verb.CHECK_INDEX, "a/1", a1, ""),
            step(Verb.GET_TREE, "a/", 0, ""),
            step(Verb.LOCK, "b", 0, "s"),
            step(Verb.CHECK_SESSION, "b", 0, "s"),
            step(Verb.CHECK_NOT_EXISTS, "c", 0, ""),
            step(Verb.DELETE_TREE, "a/", 0, ""));
    assertThat(done.failures()).isEmpty();
    assertThat(done.entries())
        .extracting(Entry::key)
        .containsExactly("a/1", "a/1", "a/2", "b", "b");
    assertThat(done.entries()).extracting(e -> e.value().length()).containsExactly(0, 1, 1, 0, 0);
    assertThat(exists("a/1") || exists("a/2")).isFalse();
    assertThat(entry("b").session()).isEqualTo("s");
  }

  @Test
  void anAnswersIndexIsThatOfWhatItShowsOrOfTheLastDeletion() {
    assertThat(LockTables.indexOfEntries(space.current(), List.of())).isEqualTo(1);
    done(Verb.SET, "a", 0, "");
    done(Verb.SET, "b", 0, "");
    assertThat(LockTables.indexOfEntries(space.current(), List.of(entry("a")))).isEqualTo(11);
    done(Verb.DELETE, "b", 0, "");
    assertThat(LockTables.indexOfEntries(space.current(), List.of(entry("a")))).isEqualTo(13);
    done(Verb.DELETE, "b", 0, "");
    assertThat(LockTables.indexOfEntries(space.current(), List.of(entry("a"))))
        .as("nothing was there to delete")
        .isEqualTo(13);
  }
}
