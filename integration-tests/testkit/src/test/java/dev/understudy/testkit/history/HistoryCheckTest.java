package dev.understudy.testkit.history;

import static dev.understudy.testkit.history.Script.KEY;
import static dev.understudy.testkit.history.Script.absent;
import static dev.understudy.testkit.history.Script.holding;
import static dev.understudy.testkit.history.Script.local;
import static dev.understudy.testkit.history.Script.read;
import static dev.understudy.testkit.history.Script.set;
import static dev.understudy.testkit.history.Script.shown;
import static dev.understudy.testkit.history.Script.unknown;
import static dev.understudy.testkit.history.Script.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.testkit.history.History.Pending;
import dev.understudy.testkit.history.History.WatchRecording;
import dev.understudy.testkit.history.Outcome.Node;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each check beside linearizability, with histories in which there is nothing and something. */
class HistoryCheckTest {
  private static final Call OTHER = new Call.Set("/other", "x", OptionalLong.empty());
  private static final Call ENTER = new Call.CreateInOrder("/queue", "job");

  private final Script script = new Script();

  private void allIsWell(FinalState... states) {
    assertThat(script.complaints(states)).isEmpty();
  }

  private void complains(String words, FinalState... states) {
    assertThat(script.complaints(states)).anyMatch(complaint -> complaint.contains(words));
  }

  @Test
  void nobodyIsToldOfAnOlderStateThanSomebodyWasBeforeWhateverTheKey() {
    script.line(set("a"), written(5));
    script.line(new Call.Read("/other", true), absent(5));
    allIsWell();
    script.line(new Call.Read("/other", true), absent(4));
    complains("is stale after #1");
  }

  @Test
  void aWriteHasAnIndexOfItsOwn() {
    script.line(set("a"), written(5));
    script.line(OTHER, written(6));
    allIsWell();
    script.line(new Call.Set("/third", "y", OptionalLong.empty()), written(6));
    complains("two changes with one index");
    complains("is stale");
  }

  @Test
  void aLocalReadMayBeOldButNotOlderThanOneOfTheSameProcessBefore() {
    script.line(set("a"), written(5));
    script.line(set("b"), written(6, "a", 5));
    script.line(local(), shown("a", 5));
    script.line(local(), shown("b", 6));
    allIsWell();
    Pending elsewhere = script.invoke(local());
    elsewhere.respond(shown("a", 5), new Answering("m2", 1), script.nowNanos());
    Pending nextLife = script.invoke(local());
    nextLife.respond(shown("a", 5), new Answering("m1", 2), script.nowNanos());
    allIsWell();
    script.line(local(), shown("a", 5));
    complains("goes back after #4");
  }

  @Test
  void aReadShowsOnlyWhatWasWritten() {
    script.line(set("a"), unknown());
    script.line(local(), shown("a", 2));
    allIsWell();
    script.line(local(), shown("b", 3));
    complains("nobody has written");
  }

  @Test
  void aReadShowsTheStateOfItsIndex() {
    script.line(set("a"), written(2));
    Pending write = script.invoke(set("b"));
    script.line(local(), shown("a", 2, 3));
    allIsWell();
    script.respond(write, written(3, "a", 2));
    complains("it shows \"a\" @2 and misses");
  }

  @Test
  void aReadDoesNotShowALaterChangeThanItsState() {
    script.line(set("a"), written(3));
    script.line(local(), shown("a", 3, 2));
    complains("behind the index");
  }

  @Test
  void whatWasAcknowledgedIsThereInTheEnd() {
    script.line(set("a"), written(2));
    script.line(OTHER, written(3));
    allIsWell(holding(3, Map.of(KEY, new Node("a", 2), "/other", new Node("x", 3))));
    complains("/other in the end, at m1 @3: it is lost", holding(3, Map.of(KEY, new Node("a", 2))));
  }

  @Test
  void whatMayHaveBeenDeletedOrHasATimeToLiveNeedNotBe() {
    script.line(set("a"), written(2));
    script.line(Script.delete(), unknown());
    script.line(new Call.Set("/other", "x", OptionalLong.of(10)), written(3));
    allIsWell(holding(5, Map.of()));
  }

  @Test
  void entriesInOrderAreNamedByTheirIndexes() {
    script.line(ENTER, new Outcome.Entered("/queue/00000000000000000007", 7));
    script.line(ENTER, new Outcome.Entered("/queue/00000000000000000009", 9));
    allIsWell();
    complains("is lost", holding(9, Map.of()));
    script.line(ENTER, new Outcome.Entered("/queue/00000000000000000009", 10));
    complains("should have made /queue/00000000000000000010");
    complains("has the name of #2");
  }

  @Test
  void aWatchIsToldOfEveryChangeOnceAndInOrder() {
    script.line(set("a"), written(2));
    script.line(set("b"), written(3, "a", 2));
    script.line(OTHER, written(4));
    script.line(set("c"), written(5, "b", 3));
    WatchRecording watch = script.watch(KEY, 3);
    script.told(watch, 3, "set", "b");
    allIsWell();
    script.told(watch, 5, "set", "c");
    watch.seenThrough(9);
    allIsWell();
    script.told(watch, 5, "set", "c");
    complains("again, or too late");
  }

  @Test
  void aWatchThatSkipsAChangeHasMissedIt() {
    script.line(set("a"), written(2));
    script.line(set("b"), written(3, "a", 2));
    WatchRecording watch = script.watch(KEY, 1);
    script.told(watch, 3, "set", "b");
    complains("missed @2");
  }

  @Test
  void aWatchThatIsToldNothingThoughThereWasAChangeHasMissedIt() {
    script.line(set("a"), written(2));
    WatchRecording watch = script.watch(KEY, 1);
    allIsWell();
    watch.seenThrough(2);
    complains("missed @2");
  }

  @Test
  void aWatchThatIsToldOfAnotherValueThanWasWrittenContradicts() {
    script.line(set("a"), written(2));
    script.told(script.watch(KEY, 1), 2, "set", "b");
    complains("two changes with one index");
  }

  @Test
  void aKeyIsThereAsLongAsItsTimeToLive() {
    script.line(set("a", 1_000), written(2));
    script.pass(900);
    script.line(read(), shown("a", 2));
    script.pass(200);
    script.line(read(), absent(3));
    allIsWell();
  }

  @Test
  void aKeyThatIsGoneBeforeItsTimeIsAFault() {
    script.line(set("a", 1_000), written(2));
    script.pass(900);
    script.line(local(), absent(3));
    complains("gone too early");
  }

  @Test
  void anExpiryThatAWatchIsToldOfBeforeItsTimeIsAFault() {
    script.line(set("a", 1_000), written(2));
    script.pass(900);
    script.told(script.watch(KEY, 3), 3, "expire", null);
    complains("gone too early");
  }

  @Test
  void aKeyThatIsThereHalfASecondLongerThanPromisedIsAFault() {
    script.line(set("a", 1_000), written(2));
    script.pass(1_490);
    script.line(read(), shown("a", 2));
    allIsWell();
    script.pass(20);
    script.line(read(), shown("a", 2));
    complains("gone too late");
  }

  @Test
  void theTimeWithoutALeaderCountsForNothing() {
    script.line(set("a", 1_000), written(2));
    script.pass(1_990);
    script.line(read(), shown("a", 2));
    LeaderlessTime halfASecond = (from, to) -> TimeUnit.MILLISECONDS.toNanos(500);
    HistoryCheck check =
        new HistoryCheck(new LinearizabilityCheck(), new TimeToLiveCheck(halfASecond, 0));
    assertThat(check.complaints(script.history, List.of())).isEmpty();
    complains("gone too late");
  }

  @Test
  void aDemandTellsTheFirstComplaints() {
    script.line(set("a"), written(2));
    script.line(read(), absent(2));
    HistoryCheck check =
        new HistoryCheck(new LinearizabilityCheck(), new TimeToLiveCheck((from, to) -> 0, 0));
    assertThatThrownBy(() -> check.demand(script.history, List.of()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("it is lost")
        .hasMessageContaining("is not linearizable");
  }
}
