package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineageTest {
  private static final Lineage FIRST = Lineage.first(0xa);

  private static Incarnation start(long number, long nonce) {
    return new Incarnation(number, nonce);
  }

  @Test
  void aDirectorySetBackToAnOlderStartIsOutlivedByTheOneThatIsRecorded() {
    Lineage went = FIRST.next(start(1, 0xa), 0xb);
    Lineage setBack = FIRST.next(start(1, 0xa), 0xc);

    assertThat(went.isOutlivedBy(went.current())).isFalse();
    assertThat(setBack.isOutlivedBy(went.current())).isTrue();
  }

  @Test
  void startingOftenDoesNotMakeAnOldCopyTheNewestOne() {
    Incarnation recorded = FIRST.next(start(1, 0xa), 0xb).current();
    Lineage copy = FIRST;
    for (int nonce = 1; nonce <= 100; nonce++) {
      copy = copy.next(start(1, 0xa), nonce);

      assertThat(copy.isOutlivedBy(recorded)).as("after %d starts", nonce).isTrue();
    }
  }

  @Test
  void startsThatTheDirectoryNeverLearnedToBeRecordedAreItsOwn() {
    Lineage second = FIRST.next(start(1, 0xa), 0xb);
    Lineage third = second.next(start(1, 0xa), 0xc);

    assertThat(third.isOutlivedBy(second.current())).isFalse();
    assertThat(third.isOutlivedBy(start(1, 0xa))).isFalse();
    assertThat(third.current().number()).isEqualTo(3);
  }

  @Test
  void whoLagsBehindProvesNothing() {
    Lineage later = FIRST.next(start(1, 0xa), 0xb).next(start(2, 0xb), 0xc);

    assertThat(later.starts()).hasSize(2);
    assertThat(later.isOutlivedBy(start(1, 0xa))).isFalse();
    assertThat(later.isOutlivedBy(Incarnation.NONE)).isFalse();
    assertThat(Lineage.UNSTATED.isOutlivedBy(start(9, 9))).isFalse();
  }

  /** A machine that starts over and over while nobody leads keeps every start. */
  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void startsAreManyBeforeTheNextOneTakesLonger() {
    List<Incarnation> starts = new ArrayList<>();
    for (int number = Lineage.MAX_KEPT; number > 0; number--) {
      starts.add(start(number, number));
    }
    Lineage next = new Lineage(starts);
    for (int i = 0; i < 3; i++) {
      next = next.next(Incarnation.NONE, i + 1);
    }
    assertThat(next.starts()).hasSize(Lineage.MAX_KEPT);
    assertThat(next.current().number()).isEqualTo(Lineage.MAX_KEPT + 3);
  }

  @Test
  void aLogThatKnowsOfALaterStartThanItsDirectoryCountsOnFromThere() {
    assertThat(Lineage.UNSTATED.next(start(7, 1), 2)).hasToString("8-2,7-1");
    assertThat(FIRST.next(start(7, 1), 2)).hasToString("8-2,7-1");
    assertThat(Lineage.UNSTATED.next(Incarnation.NONE, 2)).hasToString("1-2");
  }

  @Test
  void whatIsStatedIsShortHoweverOftenADirectoryStartedInVain() {
    Lineage lineage = FIRST;
    for (int nonce = 0; nonce < 1_000; nonce++) {
      lineage = lineage.next(Incarnation.NONE, nonce);
    }

    Lineage stated = lineage.stated();
    assertThat(stated.toString().length()).isLessThan(1_000);
    assertThat(stated.starts()).startsWith(lineage.current()).endsWith(start(1, 0xa));
    assertThat(Lineage.parse(stated.toString())).isEqualTo(stated);
    assertThat(lineage.starts()).hasSize(1_001);
    assertThat(Lineage.parse(lineage.toString(), 1_001)).isEqualTo(lineage);
    assertThat(Lineage.parse(lineage.toString())).isEqualTo(Lineage.UNSTATED);
  }

  @Test
  void aStartThatIsLeftOutIsStatedWhenSomebodyAsksForIt() {
    Lineage lineage = often(100);
    Incarnation old = lineage.starts().get(60);

    assertThat(lineage.isOutlivedBy(old)).isFalse();
    assertThat(lineage.stated().isOutlivedBy(old)).isTrue();
    Lineage stated = lineage.stated(Set.of(old, start(40, 0xbad)));
    assertThat(stated.isOutlivedBy(old)).isFalse();
    assertThat(stated.isOutlivedBy(start(40, 0xbad))).isTrue();
    assertThat(stated.starts()).hasSize(Lineage.MAX_STATED).startsWith(lineage.current());
  }

  @Test
  void aLongerListIsTakenOnlyOfTheSameDirectoryAtTheSameTime() {
    Lineage before = often(100);
    Lineage after = before.next(Incarnation.NONE, 0xe);

    assertThat(before.stated().completedBy(before)).isEqualTo(before);
    assertThat(after.stated().completedBy(before)).as("a start ahead").isEqualTo(after);
    assertThat(often(50).stated().completedBy(before)).as("set back").isEqualTo(often(50).stated());
    assertThat(FIRST.completedBy(Lineage.UNSTATED)).isEqualTo(FIRST);
  }

  private static Lineage often(int times) {
    Lineage lineage = FIRST;
    for (int nonce = 1; nonce < times; nonce++) {
      lineage = lineage.next(Incarnation.NONE, nonce);
    }
    return lineage;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1",
        "0-0",
        "1-a,2-b",
        "2-a,2-b",
        "-1-a",
        "1-a,",
        "999999999999999-1",
        "1-fffffffffffffffff"
      })
  void whatIsNoLineageStatesNothing(String text) {
    assertThat(Lineage.parse(text)).isEqualTo(Lineage.UNSTATED);
  }
}
