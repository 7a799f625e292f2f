package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.locks.Behavior;
import dev.understudy.locks.LockSpace;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.leadership.SessionTimers.Renewal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SessionTimersTest {
  private static final long TTL = 10_000;

  private final LockSpace locks = new LockSpace();
  private long index;
  private final List<String> ended = new ArrayList<>();
  private CompletableFuture<Outcome<Integer>> instead;
  private final SessionTimers timers =
      new SessionTimers(
          locks,
          (term, ids) -> {
            ids.forEach(id -> ended.add(term + ":" + id));
            if (instead != null) {
              return instead;
            }
            return CompletableFuture.completedFuture(
                new Outcome.Done<>(locks.end(ids, ++index, 0)));
          },
          250);

  private Session session(String id, long ttlMillis) {
    return locks
        .create(new Session(id, "", "n", List.of(), 0, Behavior.RELEASE, ttlMillis, 0), ++index)
        .orElseThrow();
  }

  @Test
  void aSessionEndsAfterTwiceItsTimeWithoutRenewal() {
    session("s", TTL);
    session("forever", 0);
    timers.start(3, 1_000);
    timers.pass(1_000 + 2 * TTL - 1);
    assertThat(ended).isEmpty();
    timers.pass(1_000 + 2 * TTL);
    timers.pass(1_000 + 2 * TTL + 250);
    assertThat(ended).containsExactly("3:s");
    assertThat(LockTables.sessions().of(locks.current())).hasSize(1);
    assertThat(timers.size()).isZero();
  }

  @Test
  void aRenewalGivesItTwiceItsTimeAgain() {
    Session session = session("s", TTL);
    timers.start(3, 0);
    assertThat(timers.renew(session, 15_000)).isCompletedWithValue(Renewal.RENEWED);
    timers.pass(34_999);
    assertThat(ended).isEmpty();
    timers.pass(35_000);
    assertThat(ended).containsExactly("3:s");
  }

  @Test
  void aNewLeaderCountsAnew() {
    Session session = session("s", TTL);
    timers.start(3, 0);
    timers.pass(19_999);
    timers.stop();
    assertThat(timers.renew(session, 19_999)).isCompletedWithValue(Renewal.NOT_LEADING);
    timers.start(4, 20_000);
    timers.pass(39_999);
    assertThat(ended).isEmpty();
    timers.pass(40_000);
    assertThat(ended).containsExactly("4:s");
  }

  @Test
  void aSessionOfThisTermCountsFromItsCreation() {
    timers.start(3, 0);
    session("s", TTL);
    timers.pass(5_000);
    timers.pass(24_999);
    assertThat(ended).isEmpty();
    timers.pass(25_000);
    assertThat(ended).containsExactly("3:s");
  }

  @Test
  void whatIsBeingEndedIsNotRenewedWhileThatIsUnknownAndIsTriedAgain() {
    Session session = session("s", TTL);
    timers.start(3, 0);
    instead = new CompletableFuture<>();
    timers.pass(20_000);
    CompletableFuture<Renewal> waiting = timers.renew(session, 20_001);
    assertThat(waiting).isNotDone();
    timers.pass(21_000);
    assertThat(ended).as("one at a time").hasSize(1);
    instead.complete(new Outcome.Unknown<>("lost"));
    assertThat(waiting).isCompletedWithValue(Renewal.UNKNOWN);
    instead = null;
    timers.pass(21_000);
    assertThat(ended).hasSize(1);
    timers.pass(21_500);
    assertThat(ended).containsExactly("3:s", "3:s");
    assertThat(LockTables.sessions().of(locks.current())).isEmpty();
    assertThat(timers.renew(session, 21_500)).isCompletedWithValue(Renewal.ENDED);
  }

  @Test
  void aRenewalWhileTheEndIsOnItsWayIsTooLateOnceThatIsCommitted() {
    Session session = session("s", TTL);
    timers.start(3, 0);
    instead = new CompletableFuture<>();
    timers.pass(20_000);
    CompletableFuture<Renewal> waiting = timers.renew(session, 20_001);
    instead.complete(new Outcome.Done<>(locks.end(List.of("s"), ++index, 0)));
    assertThat(waiting).isCompletedWithValue(Renewal.ENDED);
  }

  /** Whoever comes with a renewal before the end is in any log has come in time. */
  @Test
  void aSessionWhoseEndWasNotCommittedLivesOnWhenItIsRenewed() {
    Session session = session("s", TTL);
    timers.start(3, 0);
    instead = new CompletableFuture<>();
    timers.pass(20_000);
    CompletableFuture<Renewal> waiting = timers.renew(session, 20_100);
    instead.complete(new Outcome.NotDone<>(Outcome.Reason.NO_SPACE, "the disk is full"));
    assertThat(waiting).isCompletedWithValue(Renewal.RENEWED);
    instead = null;
    timers.pass(20_250);
    timers.pass(40_099);
    assertThat(ended).hasSize(1);
    timers.pass(40_100);
    assertThat(ended).containsExactly("3:s", "3:s");
  }

  @Test
  void aSessionThatHasEndedSinceItWasLookedUpIsNotRenewed() {
    Session session = session("s", TTL);
    timers.start(3, 0);
    locks.end(List.of("s"), ++index, 0);
    timers.pass(250);
    assertThat(timers.renew(session, 300)).isCompletedWithValue(Renewal.ENDED);
    assertThat(timers.size()).isZero();
  }

  @Test
  void sessionsThatComeAndGoLeaveNothingBehind() {
    timers.start(3, 0);
    for (int round = 1; round <= 50; round++) {
      for (int i = 0; i < 100; i++) {
        session(round + "." + i, 86_400_000);
      }
      timers.pass(round);
      for (int i = 0; i < 100; i++) {
        locks.end(List.of(round + "." + i), ++index, 0);
      }
      timers.pass(round);
    }
    assertThat(timers.size()).isZero();
    assertThat(timers.queued()).isLessThanOrEqualTo(1_100);
  }

  @Test
  void whatItsClientHasEndedIsForgotten() {
    session("s", TTL);
    timers.start(3, 0);
    locks.end(List.of("s"), ++index, 0);
    timers.pass(30_000);
    assertThat(ended).isEmpty();
    assertThat(timers.size()).isZero();
    timers.stop();
    assertThat(locks.watchCount()).isZero();
  }
}
