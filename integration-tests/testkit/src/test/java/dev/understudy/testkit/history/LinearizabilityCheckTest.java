package dev.understudy.testkit.history;

import static dev.understudy.testkit.history.Script.KEY;
import static dev.understudy.testkit.history.Script.absent;
import static dev.understudy.testkit.history.Script.create;
import static dev.understudy.testkit.history.Script.delete;
import static dev.understudy.testkit.history.Script.failed;
import static dev.understudy.testkit.history.Script.read;
import static dev.understudy.testkit.history.Script.refused;
import static dev.understudy.testkit.history.Script.set;
import static dev.understudy.testkit.history.Script.shown;
import static dev.understudy.testkit.history.Script.swap;
import static dev.understudy.testkit.history.Script.unknown;
import static dev.understudy.testkit.history.Script.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.history.History.Pending;
import dev.understudy.testkit.history.Verdict.Linearizable;
import dev.understudy.testkit.history.Verdict.NotLinearizable;
import dev.understudy.testkit.history.Verdict.Undecided;
import org.junit.jupiter.api.Test;

/** Histories by hand, some that can be explained and some that cannot. */
class LinearizabilityCheckTest {
  private final Script script = new Script();

  private void canBeExplained() {
    assertThat(script.verdict()).isInstanceOf(Linearizable.class);
  }

  private void cannotBeExplained(String... words) {
    assertThat(script.verdict()).isInstanceOf(NotLinearizable.class);
    assertThat(((NotLinearizable) script.verdict()).explanation()).contains(words);
  }

  @Test
  void aReadShowsTheLastWrite() {
    script.line(read(), absent(1));
    script.line(set("a"), written(2));
    script.line(set("b"), written(3, "a", 2));
    script.line(read(), shown("b", 3));
    canBeExplained();
  }

  @Test
  void aReadAfterAWriteDoesNotShowTheOneBefore() {
    script.line(set("a"), written(2));
    script.line(set("b"), written(3, "a", 2));
    script.line(read(), shown("a", 2));
    cannotBeExplained("#3", "read /k: \"a\" @2");
  }

  @Test
  void aReadWithTheRightValueAndTheWrongIndexIsWrong() {
    script.line(set("a"), written(2));
    script.line(read(), shown("a", 4));
    cannotBeExplained("#2");
  }

  @Test
  void aReadDuringAWriteShowsEither() {
    script.line(set("a"), written(2));
    Pending write = script.invoke(set("b"));
    script.line(read(), shown("a", 2));
    script.line(read(), shown("b", 3));
    script.respond(write, written(3, "a", 2));
    canBeExplained();
  }

  @Test
  void readsDuringAWriteDoNotGoBack() {
    script.line(set("a"), written(2));
    Pending write = script.invoke(set("b"));
    script.line(read(), shown("b", 3));
    script.line(read(), shown("a", 2));
    script.respond(write, written(3, "a", 2));
    cannotBeExplained("#4");
  }

  @Test
  void writesThatOverlapMayGoEitherWayAndTellWhichByWhatWasBefore() {
    Pending one = script.invoke(set("a"));
    Pending other = script.invoke(set("b"));
    script.respond(one, written(3, "b", 2));
    script.respond(other, written(2));
    script.line(read(), shown("a", 3));
    canBeExplained();
  }

  @Test
  void twoWritesCannotBothHaveReplacedTheSame() {
    script.line(set("a"), written(2));
    Pending one = script.invoke(set("b"));
    Pending other = script.invoke(set("c"));
    script.respond(one, written(3, "a", 2));
    script.respond(other, written(4, "a", 2));
    cannotBeExplained("#3");
  }

  @Test
  void aWriteWithAnUnknownOutcomeMayNeverHappen() {
    script.line(set("a"), written(2));
    script.line(set("b"), unknown());
    script.line(read(), shown("a", 2));
    canBeExplained();
  }

  @Test
  void aWriteWithAnUnknownOutcomeMayHappenMuchLater() {
    script.line(set("a"), written(2));
    script.line(set("b"), unknown());
    script.line(read(), shown("a", 2));
    script.line(set("c"), written(3, "a", 2));
    script.line(read(), shown("b", 4));
    script.line(set("d"), written(5, "b", 4));
    canBeExplained();
  }

  @Test
  void aWriteWithAnUnknownOutcomeHappensOnce() {
    script.line(set("b"), unknown());
    script.line(read(), shown("b", 2));
    script.line(set("c"), written(3, "b", 2));
    script.line(read(), shown("b", 4));
    cannotBeExplained("#4");
  }

  @Test
  void aWriteDoesNotHappenBeforeItWasCalled() {
    script.line(read(), shown("b", 2));
    script.line(set("b"), written(2));
    cannotBeExplained("#1");
  }

  @Test
  void aWriteThatFailedNeverHappens() {
    script.line(set("a"), written(2));
    script.line(set("b"), failed());
    script.line(read(), shown("b", 3));
    cannotBeExplained("#3");
  }

  @Test
  void aDeletionWithAnUnknownOutcomeExplainsThatTheKeyIsGone() {
    script.line(set("a"), written(2));
    script.line(delete(), unknown());
    script.line(read(), absent(3));
    script.line(create("b"), written(4));
    canBeExplained();
    script.line(read(), absent(4));
    cannotBeExplained("#5");
  }

  @Test
  void aKeyDoesNotVanish() {
    script.line(set("a"), written(2));
    script.line(read(), absent(2));
    cannotBeExplained("#2");
  }

  @Test
  void aKeyWithATimeToLiveDoesAndAnotherWriteTakesThatTime() {
    script.line(set("a", 100), written(2));
    script.line(read(), shown("a", 2));
    script.line(read(), absent(3));
    script.line(create("b"), written(4));
    canBeExplained();
    script.line(read(), absent(5));
    cannotBeExplained("#5");
  }

  @Test
  void aKeyThatExpiredTookAnIndex() {
    script.line(set("a", 100), written(2));
    script.line(create("b"), written(3));
    cannotBeExplained("#2");
  }

  @Test
  void swapsAreDoneOnlyIfTheKeyIsAsExpected() {
    script.line(set("a"), written(2));
    script.line(swap("x", "b"), refused(Outcome.COMPARE_FAILED, 2));
    script.line(swap("a", "b"), written(3, "a", 2));
    script.line(swap(2, "c"), refused(Outcome.COMPARE_FAILED, 3));
    script.line(swap(3, "c"), written(4, "b", 3));
    script.line(create("d"), refused(Outcome.EXISTS, 4));
    script.line(delete(), written(5, "c", 4));
    script.line(swap("c", "d"), refused(Outcome.NOT_FOUND, 5));
    script.line(delete(), refused(Outcome.NOT_FOUND, 5));
    canBeExplained();
  }

  @Test
  void aSwapThatShouldHaveBeenRefusedIsWrong() {
    script.line(set("a"), written(2));
    script.line(swap("x", "b"), written(3, "a", 2));
    cannotBeExplained("#2");
  }

  @Test
  void aSwapThatShouldHaveBeenDoneIsWrong() {
    script.line(set("a"), written(2));
    script.line(swap("a", "b"), refused(Outcome.COMPARE_FAILED, 2));
    cannotBeExplained("#2");
  }

  @Test
  void aCreationThatOverwroteIsWrong() {
    script.line(set("a"), written(2));
    script.line(create("b"), written(3, "a", 2));
    cannotBeExplained("#2");
  }

  @Test
  void ofTwoSwapsWithAnUnknownOutcomeOneMayHaveMadeRoomForTheOther() {
    script.line(set("a"), written(2));
    script.line(swap("a", "b"), unknown());
    script.line(swap("b", "c"), unknown());
    script.line(read(), shown("c", 4));
    canBeExplained();
    script.line(read(), shown("b", 3));
    cannotBeExplained("#5");
  }

  @Test
  void aRefusalMayBeDueToAWriteThatNobodySaw() {
    script.line(set("a"), written(2));
    script.line(set("b"), unknown());
    script.line(swap("a", "c"), refused(Outcome.COMPARE_FAILED, 3));
    canBeExplained();
    script.line(read(), shown("a", 2));
    cannotBeExplained("#4");
  }

  @Test
  void keysAreIndependentAndAReadWithoutAQuorumIsNoneOfIts() {
    script.line(set("a"), written(2));
    script.line(new Call.Delete("/other"), refused(Outcome.NOT_FOUND, 2));
    script.line(set("b"), written(3, "a", 2));
    script.line(Script.local(), shown("a", 2));
    canBeExplained();
    assertThat(new LinearizabilityCheck().check(script.history.operations()))
        .containsOnlyKeys(KEY, "/other");
  }

  @Test
  void whatCannotBeExplainedIsToldByTheFirstResponseThatCannot() {
    for (int i = 2; i < 100; i++) {
      script.line(set("v" + i), i == 2 ? written(2) : written(i, "v" + (i - 1), i - 1));
    }
    script.line(read(), shown("v50", 50));
    for (int i = 100; i < 200; i++) {
      script.line(set("v" + i), written(i, "v" + (i - 1), i - 1));
    }
    cannotBeExplained("#99", "leaves \"v99\" @99", "(69 more before)");
    assertThat(((NotLinearizable) script.verdict()).explanation())
        .doesNotContain("#100")
        .doesNotContain("v100");
  }

  @Test
  void aSearchThatGetsTooLargeSaysSo() {
    script.line(set("a"), written(2));
    for (int i = 0; i < 20; i++) {
      script.line(swap("a", "b" + i), unknown());
      script.line(swap("b" + i, "a"), unknown());
    }
    script.line(read(), shown("x", 3));
    assertThat(new LinearizabilityCheck(1_000).check(script.history.operations()).get(KEY))
        .isInstanceOf(Undecided.class);
  }
}
