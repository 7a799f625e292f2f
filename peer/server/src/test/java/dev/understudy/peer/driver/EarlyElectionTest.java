package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.raft.ConfState;
import dev.understudy.raft.HardState;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EarlyElectionTest {
  private static final long TURN_MILLIS = 25;
  private static final long ELECTION_MILLIS = 1_000;
  private static final long LEADER = 2;
  private static final long NOW_MILLIS = 1_000;

  /** Member 3 of voters 1 to 4 and learner 5, which follows member 2 in term 1. */
  private static RaftCore follower(long id, RaftConfig config) {
    MemoryStorage storage = new MemoryStorage();
    ConfState members =
        new ConfState(List.of(1L, 2L, 3L, 4L), List.of(5L), List.of(), List.of(), false);
    storage.applySnapshot(new Snapshot(new SnapshotMetadata(1, 1, members), new byte[0]));
    storage.setHardState(new HardState(1, 0, 1));
    RaftCore core = new RaftCore(id, config, storage, bound -> 0, RaftEvents.NONE);
    core.step(new Message.Heartbeat(LEADER, id, 1, 0, 0));
    return core;
  }

  private static EarlyElection of(RaftCore core) {
    return new EarlyElection(core, TURN_MILLIS, ELECTION_MILLIS, new SplittableRandom(1));
  }

  @Test
  void theSurvivorsTakeTurnsInTheOrderOfTheirIds() {
    long[] turns = {0, 0, 0, 1, 2};
    for (long id : new long[] {1, 3, 4}) {
      EarlyElection election = of(follower(id, RaftConfig.DEFAULT));
      election.ended(LEADER, NOW_MILLIS);
      long turn = turns[(int) id] * TURN_MILLIS;
      assertThat(election.dueMillis() - NOW_MILLIS).isBetween(turn, turn + TURN_MILLIS / 4);
      assertThat(election.takeAttempt(election.dueMillis() - 1)).isFalse();
      assertThat(election.takeAttempt(election.dueMillis())).isTrue();
    }
  }

  @Test
  void attemptsEnd() {
    RaftCore core = follower(1, RaftConfig.DEFAULT);
    EarlyElection election = of(core);
    election.ended(LEADER, NOW_MILLIS);
    int attempts = 0;
    while (election.dueMillis() != Long.MAX_VALUE) {
      long now = election.dueMillis();
      if (election.takeAttempt(now)) {
        attempts++;
        core.campaign();
      }
      assertThat(now - NOW_MILLIS).isLessThan(2 * ELECTION_MILLIS);
    }
    assertThat(attempts).isBetween(5, 25);
    assertThat(core.term()).as("no attempt leaves out the pre-vote").isEqualTo(1);
  }

  @Test
  void whoHasVotedForAnotherGivesItTime() {
    RaftCore core = follower(3, RaftConfig.DEFAULT);
    EarlyElection election = of(core);
    election.ended(LEADER, NOW_MILLIS);
    core.step(new Message.VoteRequest(1, 3, 2, 1, 1, false));
    assertThat(core.term()).isEqualTo(2);
    long due = election.dueMillis();
    assertThat(election.takeAttempt(due)).isFalse();
    assertThat(election.dueMillis() - due).isGreaterThanOrEqualTo(4 * TURN_MILLIS);
    assertThat(election.takeAttempt(election.dueMillis())).as("that came to nothing").isTrue();
  }

  @Test
  void nobodyCampaignsOnceALeaderIsHeard() {
    RaftCore core = follower(1, RaftConfig.DEFAULT);
    EarlyElection election = of(core);
    election.ended(LEADER, NOW_MILLIS);
    core.step(new Message.Heartbeat(LEADER, 1, 1, 0, 0));
    assertThat(election.takeAttempt(election.dueMillis())).isFalse();
    assertThat(election.dueMillis()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theEndOfAnotherThanTheLeaderIsNothingToAFollower() {
    RaftCore core = follower(1, RaftConfig.DEFAULT);
    EarlyElection election = of(core);
    election.ended(3, NOW_MILLIS);
    assertThat(core.leader()).isEqualTo(LEADER);
    assertThat(election.dueMillis()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aLearnerForgetsTheLeaderAndDoesNotCampaign() {
    RaftCore core = follower(5, RaftConfig.DEFAULT);
    EarlyElection election = of(core);
    election.ended(LEADER, NOW_MILLIS);
    assertThat(core.leader()).isZero();
    assertThat(election.dueMillis()).isEqualTo(Long.MAX_VALUE);
  }

  /** That one may still answer reads, in the certainty that nobody else is elected. */
  @Test
  void aLeaderThatReadsByLeaseIsNotForgotten() {
    RaftCore core = follower(1, RaftConfig.DEFAULT.withLeaseReads(true));
    EarlyElection election = of(core);
    election.ended(LEADER, NOW_MILLIS);
    assertThat(core.leader()).isEqualTo(LEADER);
    assertThat(election.dueMillis()).isEqualTo(Long.MAX_VALUE);
  }
}
