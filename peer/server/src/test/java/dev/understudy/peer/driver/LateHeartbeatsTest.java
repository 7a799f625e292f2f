package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.understudy.peer.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LateHeartbeatsTest {
  private static final long ELECTION_MILLIS = 1_000;
  private static final long LEADER = 2;

  private final LogCapture log = new LogCapture(LateHeartbeats.class, Level.INFO);
  private final LateHeartbeats late = new LateHeartbeats(member -> "m" + member, ELECTION_MILLIS);
  private long nowMillis = 10_000;

  @AfterEach
  void giveTheLogBack() {
    log.close();
  }

  private void heardAfter(long millis, long leader) {
    nowMillis += millis;
    late.heard(leader, nowMillis);
  }

  @Test
  void whatComesInTimeIsNothingToReadAbout() {
    for (int i = 0; i < 100; i++) {
      heardAfter(799, LEADER);
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void oneLineInFiveSecondsTellsOfLateOnesAndTheRestIsCounted() {
    heardAfter(100, LEADER);
    for (int i = 0; i < 20; i++) {
      heardAfter(900, LEADER);
    }
    assertThat(log.lines())
        .hasSize(4)
        .startsWith(
            "INFO heartbeat near election timeout: leader m2 was heard after 900 ms, of 1000 (0"
                + " others since the last line); if it goes on, raise --raft-multiplier on all"
                + " machines")
        .last()
        .asString()
        .contains("(5 others since the last line)");
  }

  /** A leader that has just been elected has sent nothing before. */
  @Test
  void anotherLeaderBeginsAnew() {
    heardAfter(100, LEADER);
    heardAfter(1_900, LEADER + 1);
    heardAfter(1_900, LEADER);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void halfAnHourOfThemIsSomeHundredLines() {
    for (int i = 0; i < 2_000; i++) {
      heardAfter(900, LEADER);
    }
    assertThat(log.lines()).hasSizeBetween(200, 360);
  }
}
