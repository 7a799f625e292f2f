package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.PeerStatus.Peer;
import dev.understudy.raft.Role;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import dev.understudy.statemachine.SeatResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What the leader's duties ask for, given what they see. Member 1 leads; time is virtual. */
class MonitorsTest {
  static final long NOW = 10_000_000;
  private static final long ALIVE_WITHIN = 2_000;
  private static final long REMOVE_DELAY = 5_000;

  private final View view = new View();
  private final Census census = view.census(() -> NOW);
  private final ActivityMonitor activity =
      new ActivityMonitor(
          view,
          census,
          new SeatSwap(view, census, () -> NOW, ALIVE_WITHIN, ALIVE_WITHIN),
          1_000,
          ALIVE_WITHIN);
  private final ActiveSizeMonitor activeSize =
      new ActiveSizeMonitor(view, census, 1_000, ALIVE_WITHIN);
  private final ExpiryStamps expiry = new ExpiryStamps(view, 100);

  @Test
  void aPeerThatWasSilentForTheRemoveDelayLosesItsSeat() {
    view.voters(3).silent(3, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void aPeerThatIsSilentForLessKeepsItsSeat() {
    view.voters(3).silent(3, REMOVE_DELAY);
    activity.pass(NOW);
    assertThat(view.removed).isEmpty();
  }

  @Test
  void onlyOnePeerIsRemovedAtATime() {
    view.config = config(5);
    view.voters(5).silent(4, REMOVE_DELAY + 1).silent(5, REMOVE_DELAY + 2);
    activity.pass(NOW);
    activity.pass(NOW + 1_000);
    assertThat(view.removed).as("the longest silent first").containsExactly(5L);

    view.answerLast();
    view.voters(4).silent(4, REMOVE_DELAY + 1);
    activity.pass(NOW + 2_000);
    assertThat(view.removed).containsExactly(5L, 4L);
  }

  @Test
  void nobodyIsRemovedWithoutALiveMajority() {
    view.voters(3).silent(2, ALIVE_WITHIN + 1).silent(3, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).isEmpty();
  }

  @Test
  void nobodyIsRemovedBelowHalfOfTheActiveSizeAndOne() {
    view.config = config(9);
    view.voters(5).silent(5, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).as("4 live voters, 5 are needed").isEmpty();
  }

  @Test
  void aSilentLearnerCostsNoVoteAndGoes() {
    view.config = config(9);
    view.voters(3).learner(7, 0).silent(7, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(7L);
  }

  @Test
  void aNewcomerThatWasNeverHeardHasTimeToOpenItsStream() {
    view.config = config(4);
    view.voters(3).learner(7, 0).neverHeard(7, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).isEmpty();
    assertThat(view.plan().peers()).noneMatch(p -> p.verdict() != SeatPlan.Verdict.KEEPS);

    view.neverHeard(7, ActivityMonitor.NEWCOMER_GRACE_MILLIS + 1);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(7L);
  }

  @Test
  void aVoterThatANewLeaderHasNotHeardHasNoGrace() {
    view.voters(3).neverHeard(3, REMOVE_DELAY + 1);
    activity.pass(NOW);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void theLeastUpToDatePeerGoesWhenThereAreTooManySeats() {
    view.voters(5).match(2, 90).match(3, 70).match(4, 80).match(5, 100);
    activeSize.pass(NOW);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void ofPeersAlikeUpToDateTheSilentOneGoes() {
    for (long silent = 2; silent <= 4; silent++) {
      view.removed.clear();
      view.voters(4).silent(silent, ALIVE_WITHIN + 1);
      activeSize.start(1, NOW);
      activeSize.pass(NOW);
      assertThat(view.removed).containsExactly(silent);
    }
  }

  @Test
  void theLeaderNeverRemovesItself() {
    view.voters(4).match(1, 1);
    activeSize.pass(NOW);
    assertThat(view.removed).doesNotContain(1L).hasSize(1);
  }

  @Test
  void noPeerGoesWhoIsNeededForAQuorum() {
    view.voters(4).silent(3, ALIVE_WITHIN + 1).silent(4, ALIVE_WITHIN + 1);
    view.match(2, 1);
    activeSize.pass(NOW);
    assertThat(view.removed).as("without 2, one of three would be alive").doesNotContain(2L);
  }

  @Test
  void anUnderstudyHoldsNoneOfTheSeatsThatAreTooMany() {
    view.voters(4).match(3, 90).seatless(7, 10, NOW);
    activeSize.pass(NOW);
    assertThat(view.removed).containsExactly(3L);
  }

  @Test
  void asManyPeersAsSeatsIsFine() {
    view.voters(3);
    activeSize.pass(NOW);
    assertThat(view.removed).isEmpty();
  }

  @Test
  void thePlanTellsWhatBecomesOfEachPeerAndWhy() {
    view.config = config(5);
    view.voters(4).learner(5, 60).match(2, 90);
    view.silent(3, REMOVE_DELAY + 1).silent(4, REMOVE_DELAY + 2);
    assertThat(told(view.plan()))
        .containsExactly(
            "m1 KEEPS leads",
            "m2 KEEPS was heard 0 ms ago",
            "m3 SPARED was silent for 5001 ms, longer than the remove delay of 5000 ms,"
                + " but another peer goes first",
            "m4 SPARED was silent for 5002 ms, longer than the remove delay of 5000 ms,"
                + " but no majority of the voters is alive",
            "m5 KEEPS catches up, has no vote yet");
    assertThat(view.plan().openSeats()).isZero();
    assertThat(view.plan().peers())
        .extracting(peer -> peer.server().progress().lagEntries())
        .contains(10L, 40L);

    view.silent(3, 0);
    assertThat(told(view.plan())).filteredOn(line -> line.contains("LOSES")).hasSize(1);
    activity.pass(NOW);
    assertThat(view.removed).as("what the plan said").containsExactly(4L);
  }

  @Test
  void thePlanOfTooManyPeersNamesTheOneThatGoes() {
    view.voters(5).match(3, 70);
    assertThat(told(view.plan())).contains("m3 LOSES 5 peers for 3 seats");

    view.voters(2);
    assertThat(view.plan().openSeats()).isEqualTo(1);
  }

  private static List<String> told(SeatPlan plan) {
    return plan.peers().stream()
        .map(peer -> peer.server().name() + " " + peer.verdict() + " " + peer.reason())
        .toList();
  }

  @Test
  void timeIsStampedOnlyWhenAKeyIsDue() {
    expiry.pass(NOW);
    assertThat(view.stamps).isZero();
    view.nextExpiry = OptionalLong.of(view.clusterTime + 1);
    expiry.pass(NOW);
    assertThat(view.stamps).isZero();
    view.nextExpiry = OptionalLong.of(view.clusterTime);
    expiry.pass(NOW);
    assertThat(view.stamps).isEqualTo(1);
  }

  @Test
  void timeIsStampedTwiceASecondWhileAKeyIsToExpire() {
    view.stampedTime = view.clusterTime - 1_000;
    expiry.pass(NOW);
    assertThat(view.stamps).as("no key has a time to live").isZero();
    view.nextExpiry = OptionalLong.of(view.clusterTime + 60_000);
    expiry.pass(NOW);
    assertThat(view.stamps).isEqualTo(1);
    view.answerLast();
    view.stampedTime = view.clusterTime - 300;
    expiry.pass(NOW);
    assertThat(view.stamps).as("other entries carry the time").isEqualTo(1);
  }

  @Test
  void theStartOfAProcessIsRecordedUnlessARecordOutlivesIt() {
    StartRecords records = new StartRecords(view, 50);
    view.voters(3);
    records.pass(NOW);
    assertThat(view.starts).as("nobody states any").isEmpty();
    view.processes.put(2L, Lineage.first(0xa));
    records.pass(NOW);
    assertThat(view.starts).isEqualTo(Map.of(2L, new Incarnation(1, 0xa)));
  }

  /** Else a copy of a directory would take the record from the process that has it. */
  @Test
  void noStartIsRecordedOverOneThatOutlivesIt() {
    StartRecords records = new StartRecords(view, 50);
    view.voters(3);
    Incarnation recorded = new Incarnation(2, 0xb);
    view.recorded.put(2L, recorded);
    view.processes.put(2L, Lineage.first(0xa));
    records.pass(NOW);
    assertThat(view.starts).isEmpty();
    Incarnation next = new Incarnation(3, 0xc);
    view.processes.put(2L, new Lineage(List.of(next, recorded)));
    records.pass(NOW);
    assertThat(view.starts).isEqualTo(Map.of(2L, next));
  }

  private static ClusterConfig config(int activeSize) {
    return new ClusterConfig(activeSize, REMOVE_DELAY / 1_000.0, 1);
  }

  /** What duties see here, and what they have asked for. */
  static final class View implements LeaderView {
    final List<Long> removed = new ArrayList<>();
    final List<Long> promoted = new ArrayList<>();
    final List<String> swapped = new ArrayList<>();
    final Map<Long, Peer> peers = new HashMap<>();
    final Map<Long, Lineage> processes = new HashMap<>();
    final Map<Long, Incarnation> recorded = new HashMap<>();
    final Map<Long, Incarnation> starts = new HashMap<>();
    final Set<Long> voters = new HashSet<>();
    final Set<Long> learners = new HashSet<>();
    final Set<Long> seatless = new HashSet<>();
    ClusterConfig config = MonitorsTest.config(3);
    AutopilotConfig autopilot = AutopilotConfig.DEFAULT;
    OptionalLong nextExpiry = OptionalLong.empty();
    long clusterTime = 50_000;
    long commit = 100;
    long stampedTime = clusterTime;
    int stamps;
    Optional<SeatResult.Refused> refusal = Optional.empty();
    private Runnable answerLast = () -> {};

    View voters(int count) {
      voters.clear();
      peers.clear();
      for (long member = 1; member <= count; member++) {
        voters.add(member);
        peers.put(member, new Peer(100, 2, 0, true, NOW, true));
      }
      return this;
    }

    View learner(long member, long match) {
      learners.add(member);
      peers.put(member, new Peer(match, 2, commit - match, true, NOW, true));
      return this;
    }

    View seatless(long member, long match, long heardMillis) {
      learners.add(member);
      peers.put(member, new Peer(match, true, heardMillis));
      seatless.add(member);
      return this;
    }

    /** It has lost its seat in a joint configuration that still needs its vote. */
    View leaving(long member) {
      seatless.add(member);
      return this;
    }

    View gone(long member) {
      voters.remove(member);
      learners.remove(member);
      peers.remove(member);
      return this;
    }

    View heard(long member, long millis) {
      peers.computeIfPresent(member, (m, p) -> new Peer(p.match(), p.replicating(), millis));
      return this;
    }

    View silent(long member, long millis) {
      peers.computeIfPresent(member, (m, p) -> new Peer(p.match(), p.replicating(), NOW - millis));
      return this;
    }

    View neverHeard(long member, long millis) {
      peers.computeIfPresent(
          member, (m, p) -> new Peer(p.match(), p.replicating(), NOW - millis, false));
      return this;
    }

    View match(long member, long match) {
      peers.computeIfPresent(
          member,
          (m, p) -> new Peer(match, 2, commit - match, p.replicating(), p.lastHeardMillis(), true));
      return this;
    }

    SeatPlan plan() {
      return SeatPlan.of(census(() -> NOW).members(), config, autopilot(), ALIVE_WITHIN);
    }

    /** What a leader makes of what is seen here. */
    Census census(LongSupplier clockMillis) {
      return new Census(this, clockMillis, ALIVE_WITHIN, 100);
    }

    void answerLast() {
      answerLast.run();
    }

    @Override
    public PeerStatus status() {
      return new PeerStatus(1, Role.LEADER, 2, 1, commit, commit, voters, learners, peers);
    }

    @Override
    public Map<Long, Lineage> processes() {
      return processes;
    }

    @Override
    public CompletableFuture<Outcome<SeatResult>> recordStart(long member, Incarnation start) {
      starts.put(member, start);
      return new CompletableFuture<>();
    }

    @Override
    public Registry registry() {
      SortedMap<String, Seat> seats = new TreeMap<>();
      peers.keySet().stream()
          .filter(member -> !seatless.contains(member))
          .forEach(
              member ->
                  seats.put(
                      "m" + member,
                      new Seat(
                          new MachineRecord("m" + member, "http://m" + member, ""),
                          member,
                          recorded.getOrDefault(member, Incarnation.NONE))));
      return new Registry(seats, Set.of());
    }

    @Override
    public AutopilotConfig autopilot() {
      return autopilot;
    }

    @Override
    public ClusterConfig config() {
      return config;
    }

    @Override
    public OptionalLong nextExpiryMillis() {
      return nextExpiry;
    }

    @Override
    public long clusterTimeMillis() {
      return clusterTime;
    }

    @Override
    public CompletableFuture<Outcome<SeatResult>> removeMember(long member) {
      removed.add(member);
      return answeredLater(new SeatResult.Unchanged());
    }

    @Override
    public CompletableFuture<Outcome<SeatResult>> swapMember(
        MachineRecord machine, long learner, Incarnation start, long leaving) {
      swapped.add(machine.name() + " as " + learner + " for " + leaving);
      return answeredLater(new SeatResult.Unchanged());
    }

    @Override
    public CompletableFuture<Outcome<SeatResult>> giveSeat(
        MachineRecord machine, long learner, Incarnation start) {
      swapped.add(machine.name() + " as " + learner + " for nobody");
      return answeredLater(new SeatResult.Unchanged());
    }

    @Override
    public CompletableFuture<Outcome<SeatResult>> promoteMember(long member) {
      promoted.add(member);
      return answeredLater(refusal.<SeatResult>map(r -> r).orElseGet(SeatResult.Unchanged::new));
    }

    @Override
    public long stampedTimeMillis() {
      return stampedTime;
    }

    @Override
    public CompletableFuture<Outcome<Integer>> stampTime() {
      stamps++;
      return answeredLater(1);
    }

    private <R> CompletableFuture<Outcome<R>> answeredLater(R result) {
      CompletableFuture<Outcome<R>> answer = new CompletableFuture<>();
      answerLast = () -> answer.complete(new Outcome.Done<>(result));
      return answer;
    }
  }
}
