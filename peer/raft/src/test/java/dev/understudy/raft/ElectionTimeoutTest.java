package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How election timeouts spread when their jitter is random. */
class ElectionTimeoutTest {
  private static final long SEED = 20_261_121;

  private static RaftCore core(long id, SplittableRandom random) {
    MemoryStorage log = new MemoryStorage();
    ConfState voters = ConfState.ofVoters(Group.voters(5));
    log.applySnapshot(new Snapshot(new SnapshotMetadata(0, 0, voters), new byte[0]));
    return new RaftCore(id, TestNode.CONFIG, log, random::nextInt, RaftEvents.NONE);
  }

  /** Begins a wait as a follower or as a candidate. */
  private static void begin(RaftCore core, boolean candidate) {
    core.state().becomeFollower(core.term() + 1, 0);
    if (candidate) {
      core.state().becomeCandidate();
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "10, 0.1", "13, 0.4", "15, 0.6", "18, 0.9", "20, 1"})
  void theChanceThatATimeoutIsOverGrowsWithEachTickOfTheRange(int elapsed, double share) {
    RaftCore core = core(1, new SplittableRandom(SEED));
    int over = 0;
    for (int i = 0; i < 10_000; i++) {
      begin(core, false);
      over += core.state().electionTimeout <= elapsed ? 1 : 0;
    }
    assertThat(over / 10_000.0).isCloseTo(share, within(0.05));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTimeoutOfTheRangeOccursAndNoOther(boolean candidate) {
    RaftCore core = core(1, new SplittableRandom(SEED));
    int[] seen = new int[21];
    for (int i = 0; i < 500; i++) {
      begin(core, candidate);
      long term = core.term();
      int ticks = 0;
      while (core.term() == term) {
        core.tick();
        ticks++;
      }
      seen[ticks]++;
    }
    assertThat(Arrays.stream(seen, 10, 20)).allMatch(count -> count > 0);
    assertThat(Arrays.stream(seen, 10, 20).sum()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mostlyOneMemberAloneIsTheFirstToCampaign(boolean candidate) {
    SplittableRandom shared = new SplittableRandom(SEED);
    List<RaftCore> cores = new ArrayList<>();
    for (long id = 1; id <= 5; id++) {
      cores.add(core(id, shared));
    }
    int conflicts = 0;
    for (int round = 0; round < 1_000; round++) {
      cores.forEach(core -> begin(core, candidate));
      long term = cores.get(0).term();
      long campaigning = 0;
      while (campaigning == 0) {
        cores.forEach(RaftCore::tick);
        campaigning = cores.stream().filter(core -> core.term() > term).count();
      }
      conflicts += campaigning > 1 ? 1 : 0;
      // All begin the next round at one term.
      cores.forEach(core -> core.state().becomeFollower(term + 1, 0));
    }
    assertThat(conflicts).isBetween(1, 300);
  }
}
