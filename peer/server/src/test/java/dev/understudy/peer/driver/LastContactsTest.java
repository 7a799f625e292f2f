package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.peer.LogCapture;
import dev.understudy.raft.ConfState;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which silences an operator reads about. */
class LastContactsTest {
  private static final long SELF = 1;
  private static final long OTHER = 2;
  private static final long TICK_MILLIS = 100;
  private static final long NOBODY = 0;
  private static final long ELECTION_MILLIS = 1_000;
  private static final ConfState MEMBERS = ConfState.ofVoters(SELF, OTHER);

  private final LogCapture log = new LogCapture(LastContacts.class, Level.DEBUG);
  private long nowMillis = 10_000;
  private final LastContacts contacts =
      new LastContacts(() -> nowMillis, member -> "m" + member, 2 * TICK_MILLIS, ELECTION_MILLIS);

  @AfterEach
  void giveTheLogBack() {
    log.close();
  }

  private void tick(long millis) {
    for (long end = nowMillis + millis; nowMillis < end; ) {
      nowMillis += TICK_MILLIS;
      contacts.check(SELF, MEMBERS, nowMillis);
    }
  }

  private List<String> lines(String level) {
    return log.lines().stream().filter(line -> line.startsWith(level)).toList();
  }

  /** Or a new leader would take the seats of all whom it has not heard as a follower. */
  @Test
  void silenceCountsFromTheLaterOfTheLastWordAndTheBeginningOfALeadership() {
    contacts.heard(OTHER, NOBODY, nowMillis);
    nowMillis += 60_000;
    contacts.leadershipBegan(nowMillis);
    assertThat(contacts.lastHeardMillis(OTHER, nowMillis)).isEqualTo(nowMillis);
    long begun = nowMillis;
    nowMillis += 1_000;
    assertThat(contacts.lastHeardMillis(OTHER, nowMillis)).isEqualTo(begun);
    contacts.heard(OTHER, NOBODY, nowMillis);
    assertThat(contacts.lastHeardMillis(OTHER, nowMillis + 50)).isEqualTo(nowMillis);
  }

  @Test
  void aMissedHeartbeatIsADetail() {
    for (int i = 0; i < 20; i++) {
      contacts.heard(OTHER, NOBODY, nowMillis);
      tick(3 * TICK_MILLIS);
    }
    assertThat(lines("DEBUG")).hasSize(20);
    assertThat(lines("INFO")).isEmpty();
    assertThat(lines("WARN")).isEmpty();
  }

  @Test
  void whoWasNotAwakeDoesNotCallOthersSilent() {
    contacts.heard(OTHER, NOBODY, nowMillis);
    tick(TICK_MILLIS);
    nowMillis += 700;
    contacts.check(SELF, MEMBERS, nowMillis);
    contacts.heard(OTHER, NOBODY, nowMillis);
    tick(2 * TICK_MILLIS);
    assertThat(lines("INFO")).isEmpty();

    nowMillis += 700;
    contacts.check(SELF, MEMBERS, nowMillis);
    tick(4 * TICK_MILLIS);
    assertThat(lines("INFO")).as("it counts from the end of the pause").hasSize(1);
  }

  @Test
  void halfAnHourOfSilenceIsNoMoreThanAHundredLines() {
    contacts.heard(OTHER, NOBODY, nowMillis);
    tick(30 * 60_000);
    assertThat(lines("INFO")).hasSizeBetween(72, 77);
    assertThat(lines("WARN")).isEmpty();
  }

  @Test
  void aLeaderThatIsHeardLateIsALine() {
    try (LogCapture late = new LogCapture(LateHeartbeats.class, Level.INFO)) {
      contacts.heard(OTHER, OTHER, nowMillis);
      contacts.heard(OTHER, OTHER, nowMillis + 900);
      assertThat(late.lines())
          .singleElement()
          .asString()
          .contains("heartbeat near election timeout: leader m2 was heard after 900 ms");
      contacts.heard(OTHER, NOBODY, nowMillis + 10_000);
      assertThat(late.lines()).as("a peer is no leader").hasSize(1);
    }
  }

  @Test
  void aMachineThatHasJustJoinedIsGivenTimeToMakeItsLog() {
    tick(4_000);
    assertThat(lines("INFO")).isEmpty();
    tick(2_000);
    assertThat(lines("INFO")).hasSize(1).first().asString().contains("m2 is silent for 5");
  }

  @Test
  void aSilenceIsALineNowAndThenAndOneWhenItIsOver() {
    contacts.heard(OTHER, NOBODY, nowMillis);
    tick(40_000);
    assertThat(lines("INFO"))
        .as("after 0.4, 2.4, 6.4 and 14.4 s, then every 25 s")
        .hasSize(5)
        .first()
        .isEqualTo("INFO peer m2 is silent for 400 ms (1 heartbeats missed since the last line)");
    contacts.heard(OTHER, NOBODY, nowMillis);
    contacts.heard(OTHER, NOBODY, nowMillis);
    assertThat(lines("INFO")).hasSize(6).last().asString().startsWith("INFO peer m2 is back after");
  }

  private static final ConfState THREE = ConfState.ofVoters(SELF, OTHER, 3L);

  /** What is held against a member at this moment. */
  private long absentMillis(long member) {
    return nowMillis - contacts.lastHeardMillis(member, nowMillis) - contacts.excusedMillis(member);
  }

  private void tick(ConfState members, long millis, Long... heard) {
    for (long end = nowMillis + millis; nowMillis < end; ) {
      nowMillis += TICK_MILLIS;
      List.of(heard).forEach(member -> contacts.heard(member, NOBODY, nowMillis));
      contacts.check(SELF, members, nowMillis);
    }
  }

  /** As when the host of all machines is suspended: the first that answers is not the only one. */
  @Test
  void afterTheLeaderHasStoodStillEverybodyHasAFreshDelay() {
    tick(THREE, TICK_MILLIS, OTHER, 3L);
    tick(THREE, 1_900, OTHER);
    assertThat(absentMillis(3)).isEqualTo(1_900);
    nowMillis += 60_000;
    tick(THREE, TICK_MILLIS, OTHER);
    assertThat(absentMillis(3)).isZero();
    assertThat(nowMillis - contacts.lastHeardMillis(3, nowMillis))
        .as("it was not heard, so it is not alive")
        .isEqualTo(62_000);
    tick(THREE, 1_000, OTHER);
    assertThat(absentMillis(3)).isEqualTo(1_000);
  }

  /** Else a leader that pauses now and then would keep the dead in their seats for ever. */
  @Test
  void aShortPauseOfTheLeaderIsLeftOutAndWhatWasBeforeItCounts() {
    tick(THREE, TICK_MILLIS, OTHER, 3L);
    for (int i = 0; i < 10; i++) {
      tick(THREE, 500, OTHER);
      nowMillis += 400;
      tick(THREE, TICK_MILLIS, OTHER);
    }
    assertThat(absentMillis(3)).isEqualTo(5_000);
  }

  @Test
  void whileNoMajorityIsHeardNobodysSilenceCounts() {
    tick(THREE, TICK_MILLIS, OTHER, 3L);
    tick(THREE, 30_000);
    assertThat(absentMillis(OTHER)).isEqualTo(ELECTION_MILLIS);
    assertThat(absentMillis(3)).isEqualTo(ELECTION_MILLIS);
    tick(THREE, 500, OTHER);
    assertThat(absentMillis(3)).isEqualTo(ELECTION_MILLIS + 500);
    assertThat(absentMillis(OTHER)).isZero();
  }

  @Test
  void inAJointConfigurationItIsAMajorityOfBothThatHasToBeHeard() {
    ConfState joint =
        new ConfState(List.of(SELF), List.of(), List.of(SELF, OTHER, 3L), List.of(), true);
    tick(joint, TICK_MILLIS, OTHER, 3L);
    tick(joint, 30_000);
    assertThat(absentMillis(3)).isEqualTo(ELECTION_MILLIS);
  }
}
