package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.AnsweringMachine;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.peer.ClusterAdmin;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandbyRegistryTest {
  private static final ClusterConfig THREE_SEATS = new ClusterConfig(3, 5, 1);
  private static final List<MachineView> TWO_SEATED = List.of(seated("one"), seated("two"));
  private static final List<MachineView> ONE_SEATED = List.of(seated("one"));

  private final AtomicLong now = new AtomicLong();
  private final StandbyRegistry roll = new StandbyRegistry(now::get);

  private static MachineView seated(String name) {
    return new MachineView(name, MachineView.State.FOLLOWER, "", "http://" + name);
  }

  private static StandbyNotice notice(String name, int priority) {
    return new StandbyNotice(new MachineRecord(name, "http://" + name, ""), priority);
  }

  private SeatOffer offer(String name, List<MachineView> machines) {
    return roll.offerTo(name, machines, THREE_SEATS);
  }

  @Test
  void theHighestPriorityComesFirstThenWhoIsKnownForLongest() {
    roll.heard(notice("late", 50));
    now.set(100);
    roll.heard(notice("later", 50));
    roll.heard(notice("best", 60));

    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(known -> known.notice().machine().name())
        .containsExactly("best", "late", "later");
    assertThat(offer("best", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
    assertThat(offer("late", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("late", ONE_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  /** Each machine is where it says. */
  static AskBack everybodyAnswers() {
    return new AskBack(
        (url, timeout) ->
            CompletableFuture.completedFuture(
                new ClusterResponse.Granted<>(Optional.empty(), url)));
  }

  private StandbyRegistry preferring(SeatPreference preference) {
    AskBack everybody = new AskBack((url, timeout) -> new CompletableFuture<>());
    return new StandbyRegistry(
        now::get, everybody, name -> Long.MAX_VALUE, Set::of, () -> preference);
  }

  @Test
  void aStandbyIsOfferedASeatOnceItIsStableAndHoldsUpNobodyBefore() {
    StandbyRegistry registry =
        preferring(
            new SeatPreference(
                700,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                SchedulerConfig.Algorithm.BINPACK));
    registry.heard(notice("old", 50));
    now.set(600);
    registry.heard(notice("new", 90));
    assertThat(registry.offerTo("old", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.WITHHELD);
    now.set(1_000);
    assertThat(registry.offerTo("new", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(registry.offerTo("old", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
    now.set(1_300);
    assertThat(registry.offerTo("new", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void aDeadPeersSeatIsOfferedInItsOwnZoneFirst() {
    StandbyRegistry registry =
        preferring(
            new SeatPreference(
                0,
                Map.of("a", 1, "b", 1),
                Optional.of("b"),
                Optional.empty(),
                SchedulerConfig.Algorithm.BINPACK));
    registry.heard(inZone("first", "a"));
    registry.heard(inZone("elsewhere", "c"));
    registry.heard(inZone("own", "b"));
    assertThat(registry.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(known -> known.notice().machine().name())
        .containsExactly("own", "elsewhere", "first");
    assertThat(registry.offerTo("first", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(registry.offerTo("own", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
  }

  private static StandbyNotice inZone(String name, String zone) {
    return new StandbyNotice(
        new MachineRecord(name, "http://" + name, ""), MachineTraits.of("1", 50, zone));
  }

  @Test
  void nobodyIsOfferedASeatThatIsNotOpenOrNotWanted() {
    roll.heard(notice("four", 50));
    roll.heard(notice("never", 0));
    List<MachineView> full = List.of(seated("one"), seated("two"), seated("three"));

    assertThat(offer("four", full)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("never", ONE_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("unheard", ONE_SEATED)).isEqualTo(SeatOffer.WITHHELD);
  }

  @Test
  void aStandbyThatDidNotCatchUpIsOfferedNoSeatForAWhileAndHoldsUpNobody() {
    roll.heard(notice("slow", 60));
    roll.heard(notice("four", 50));

    assertThat(roll.offerTo("slow", TWO_SEATED, THREE_SEATS, name -> false, Set.of("slow")))
        .isEqualTo(SeatOffer.WITHHELD);
    assertThat(roll.offerTo("four", TWO_SEATED, THREE_SEATS, name -> false, Set.of("slow")))
        .isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void theSeatOfADeadPeerIsOfferedToTheBestStandbyThatIsWanted() {
    roll.heard(notice("best", 60));
    roll.heard(notice("four", 50));
    List<MachineView> full = List.of(seated("one"), seated("two"), seated("three"));

    assertThat(roll.hasCandidate(full, THREE_SEATS)).isTrue();
    assertThat(roll.offerTo("four", full, THREE_SEATS, name -> true, Set.of()))
        .isEqualTo(SeatOffer.WITHHELD);
    assertThat(roll.offerTo("best", full, THREE_SEATS, name -> true, Set.of()))
        .isEqualTo(SeatOffer.OFFERED);
    assertThat(roll.offerTo("four", full, THREE_SEATS, "four"::equals, Set.of()))
        .as("the best could not catch up")
        .isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void aMachineThatWasTakenOutForGoodIsListedAndOfferedNothing() {
    AskBack everybody = everybodyAnswers();
    Set<String> out = new HashSet<>(Set.of("four"));
    StandbyRegistry registry =
        new StandbyRegistry(now::get, everybody, name -> Long.MAX_VALUE, () -> out);
    registry.heard(notice("four", 100));
    registry.heard(notice("five", 1));
    assertThat(registry.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(known -> known.name() + " " + known.notice().seatPriority())
        .containsExactly("five 1", "four 0");
    assertThat(registry.offerTo("four", ONE_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(registry.offerTo("five", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);

    out.clear();
    assertThat(registry.offerTo("four", ONE_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void whoTakesNoSeatByItselfIsNotWaitedFor() {
    roll.heard(notice("never", 0));
    assertThat(roll.hasCandidate(TWO_SEATED, THREE_SEATS)).isFalse();
  }

  @Test
  void aStandbyThatMissesItsSyncNoLongerStandsInTheWay() {
    roll.heard(notice("gone", 90));
    now.set(1_000);
    roll.heard(notice("four", 50));
    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);

    now.set(1_501);
    roll.heard(notice("four", 50));

    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void whoHasASeatIsNoCandidate() {
    roll.heard(notice("two", 90));
    roll.heard(notice("four", 50));

    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void whoIsOfferedASeatAndDoesNotComeWithinTwoIntervalsIsPassedOver() {
    for (now.set(0); now.get() <= 2_000; now.addAndGet(1_000)) {
      roll.heard(notice("never-comes", 100));
      roll.heard(notice("four", 50));
      assertThat(offer("never-comes", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
      assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    }
    roll.heard(notice("never-comes", 100));
    roll.heard(notice("four", 50));

    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(StandbyRegistry.Known::name)
        .containsExactly("four", "never-comes");
  }

  /** Each answers at a place of its own, and would be offered the seat for two intervals. */
  @Test
  void aSeatThatWasOfferedInVainForTwoIntervalsIsForWhoeverComes() {
    for (now.set(0); now.get() <= 2_000; now.addAndGet(500)) {
      for (int i = 0; i < 30; i++) {
        roll.heard(notice("f" + i, 100));
        offer("f" + i, TWO_SEATED);
      }
      roll.heard(notice("four", 50));
      assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    }
    roll.heard(notice("four", 50));
    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);

    List<MachineView> others = List.of(seated("one"), seated("four"));
    roll.heard(notice("five", 50));
    assertThat(offer("f0", others)).as("another seat").isNotNull();
    assertThat(offer("five", others)).isEqualTo(SeatOffer.WITHHELD);
  }

  @Test
  void anOfferIsForgottenWithItsSeat() {
    roll.heard(notice("four", 100));
    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
    List<MachineView> full = List.of(seated("one"), seated("two"), seated("three"));
    assertThat(offer("four", full)).isEqualTo(SeatOffer.WITHHELD);

    now.set(5_000);
    roll.heard(notice("four", 100));
    roll.heard(notice("five", 50));
    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void namesThatAreMadeUpForOnePlaceAreOneStandbyAndPassedOverAsOne() {
    for (int i = 0; i < 30; i++) {
      roll.heard(new StandbyNotice(new MachineRecord("f" + i, "http://127.0.0.1:1", ""), 100));
      roll.heard(notice("four", 50));
      offer("f" + i, TWO_SEATED);
      now.addAndGet(100);
    }

    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS)).hasSize(2);
    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void atOnePlaceThereIsOneStandbyAndARenamedOneKeepsItsTurn() {
    roll.heard(notice("four", 50));
    now.set(100);
    roll.heard(notice("five", 50));
    roll.heard(new StandbyNotice(new MachineRecord("renamed", "http://four", ""), 50));
    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(StandbyRegistry.Known::name)
        .containsExactly("renamed", "five");

    roll.heard(new StandbyNotice(new MachineRecord("five", "http://four", ""), 50));
    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS))
        .as("moved to where another one was")
        .extracting(StandbyRegistry.Known::name)
        .containsExactly("five");
  }

  @Test
  void whoHasJustLostItsSeatComesAfterAllOthersAndNotWithinAnInterval() {
    AtomicLong lossAge = new AtomicLong(0);
    StandbyRegistry afterLoss =
        new StandbyRegistry(
            now::get,
            everybodyAnswers(),
            name -> name.equals("lost") ? lossAge.get() : Long.MAX_VALUE,
            Set::of);
    afterLoss.heard(notice("lost", 100));
    assertThat(afterLoss.offerTo("lost", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(afterLoss.hasCandidate(TWO_SEATED, THREE_SEATS)).isFalse();
    lossAge.set(1_000);
    assertThat(afterLoss.hasCandidate(TWO_SEATED, THREE_SEATS)).isTrue();
    afterLoss.heard(notice("four", 1));

    assertThat(afterLoss.offerTo("lost", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(afterLoss.offerTo("four", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
    assertThat(afterLoss.offerTo("lost", ONE_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
    lossAge.set(2_000);
    assertThat(afterLoss.offerTo("lost", TWO_SEATED, THREE_SEATS)).isEqualTo(SeatOffer.OFFERED);
  }

  /** Each crowd used to leave one of the places taken for ever. */
  @Test
  void whoIsNotAskedBackInACrowdIsAskedLater() {
    List<CompletableFuture<ClusterResponse<Optional<AnsweringMachine>>>> asked = new ArrayList<>();
    StandbyRegistry crowded =
        new StandbyRegistry(
            now::get,
            new AskBack(
                (url, timeout) -> {
                  asked.add(new CompletableFuture<>());
                  return asked.get(asked.size() - 1);
                }),
            name -> Long.MAX_VALUE,
            Set::of);
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 20; i++) {
        assertThat(crowded.synced(notice("s" + round + "-" + i, 50), follower(), "10.0.0.1"))
            .isNotNull();
      }
      assertThat(asked).as("round %s", round).hasSize(16);
      asked.forEach(
          answer -> answer.complete(new ClusterResponse.Granted<>(Optional.empty(), "x")));
      asked.clear();
    }
  }

  private static ClusterAdmin follower() {
    return (ClusterAdmin)
        Proxy.newProxyInstance(
            ClusterAdmin.class.getClassLoader(),
            new Class<?>[] {ClusterAdmin.class},
            (proxy, method, given) ->
                method.getName().equals("isLeader") ? (Object) false : THREE_SEATS);
  }

  @Test
  void whoHoldsTheDataComesBeforeAllPriorities() {
    roll.heard(notice("best", 100));
    roll.heard(
        new StandbyNotice(
            new MachineRecord("replica", "http://replica", ""),
            MachineTraits.of("", 1, ""),
            Optional.of(new ReplicaRequest(0x7, OptionalLong.empty()))));
    roll.heard(
        new StandbyNotice(
            new MachineRecord("empty", "http://empty", ""),
            MachineTraits.of("", 100, ""),
            Optional.of(ReplicaRequest.FIRST)));

    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(StandbyRegistry.Known::name)
        .containsExactly("replica", "best", "empty");
    assertThat(offer("best", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("replica", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void theRollIsBounded() {
    for (int i = 0; i < 20_000; i++) {
      roll.heard(notice("s" + i, 50));
    }

    assertThat(roll.candidates(List.of(), THREE_SEATS)).hasSize(StandbyRegistry.MAX_KNOWN);
  }
}
