package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.machine.ReplicaStandby;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.locks.Behavior;
import dev.understudy.locks.Session;
import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.PeerServer;
import dev.understudy.standby.StandbyMode;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Standbys that hold the data, two behind three peers, in virtual time. */
class ReplicaSimulationTest {
  private static final ClusterConfig CONFIG = new ClusterConfig(3, 5, 1);
  private static final long PATIENCE_MILLIS = 60_000;

  private static final Session SESSION =
      new Session("0f4e", "", "four", List.of(), 0, Behavior.RELEASE, 0, 0);

  private SimulatedCluster cluster;
  private SimulatedMachine four;
  private SimulatedMachine five;

  @BeforeEach
  void start() {
    cluster = SimulatedCluster.of(5, CONFIG, 1);
    cluster
        .machines()
        .forEach(
            machine ->
                machine.reconfigure(options -> options.withStandbyMode(StandbyMode.REPLICA)));
    cluster.start();
    await(() -> cluster.isSettled(3));
    four = cluster.standbys().get(0);
    five = cluster.standbys().get(1);
    await(() -> serves(four) && serves(five));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void await(BooleanSupplier condition) {
    assertThat(cluster.time().runUntil(condition, PATIENCE_MILLIS)).as("%s", cluster).isTrue();
  }

  private static boolean serves(SimulatedMachine machine) {
    return machine.replica().flatMap(ReplicaStandby::serving).isPresent();
  }

  private static PeerServer copy(SimulatedMachine machine) {
    return machine.replica().flatMap(ReplicaStandby::peer).orElseThrow();
  }

  private static long idOf(PeerServer peer) {
    return peer.recollection().identity().memberId();
  }

  private static boolean has(PeerServer peer, String key) {
    return peer.clientBackend().version().get(key, false) instanceof Result.Success;
  }

  private PeerServer leader() {
    await(() -> cluster.leader().isPresent());
    return cluster.leader().orElseThrow().peer().orElseThrow();
  }

  /** As a client of that machine does it. */
  private void write(PeerServer at, String key) {
    CompletableFuture<Result> done =
        at.clientBackend()
            .write(new Operation.Set(key, false, "value", OptionalLong.empty(), false));
    await(done::isDone);
    assertThat(done.join()).isInstanceOf(Result.Success.class);
  }

  @Test
  void aReplicaHasWhatIsWrittenTakesWritesAndReadsLinearizably() {
    write(leader(), "/a");
    await(() -> has(copy(four), "/a"));

    write(copy(five), "/b");
    CompletableFuture<Void> confirmed = copy(four).clientBackend().linearizable();
    await(confirmed::isDone);

    assertThat(has(copy(four), "/b")).isTrue();
    assertThat(has(leader(), "/b")).isTrue();
  }

  /** No snapshot names it, since it is no member. */
  @Test
  void oneThatHasMissedWhatNoLogHoldsAnyMoreTakesASnapshot() {
    five.crash();
    long missed = leader().status().commit() + 1;
    while (new PeerProbe(leader()).firstIndex() <= missed) {
      write(leader(), "/again");
    }
    write(leader(), "/last");

    five.start();

    await(() -> serves(five) && has(copy(five), "/last"));
  }

  /** It cannot know the releases of the others; its leader does. */
  @Test
  void theFirstSessionOfAClusterMayBeMadeAtAReplica() {
    CompletableFuture<Optional<Session>> made = copy(four).locks().create(SESSION);
    await(made::isDone);
    assertThat(made.join()).isPresent();
  }

  @Test
  void oneThatIsToldToStopAnswersWhatIsUnderWay() {
    CompletableFuture<Result> write =
        copy(four)
            .clientBackend()
            .write(new Operation.Set("/last", false, "value", OptionalLong.empty(), false));
    List<String> order = new ArrayList<>();
    write.whenComplete((result, failure) -> order.add(failure == null ? "answered" : "unknown"));
    four.retire(() -> order.add("ended"));

    await(() -> !four.isRunning());
    assertThat(order).containsExactly("answered", "ended");
  }

  /** Its data make no peer of it, also when it is to hold none any more. */
  @Test
  void oneThatIsToRedirectOnlyWaitsForItsClusterAsAStandby() {
    cluster.machines().forEach(SimulatedMachine::crash);
    four.reconfigure(options -> options.withStandbyMode(StandbyMode.REDIRECT));
    four.start();
    cluster.time().run(10_000);
    assertThat(four.history()).endsWith("ready standby");

    cluster.machines().stream()
        .filter(machine -> !machine.equals(four))
        .forEach(SimulatedMachine::start);
    await(() -> cluster.isSettled(3) && four.standby().isPresent());
    assertThat(four.replica()).isEmpty();
  }

  @Test
  void itIsNoMemberAndNoMachineOfTheCluster() {
    assertThat(leader().admin().machines()).hasSize(3);
    assertThat(leader().voters()).hasSize(3).doesNotContain(idOf(copy(four)));
    assertThat(leader().status().learners()).isEmpty();
    assertThat(leader().status().peers()).hasSize(3).doesNotContainKey(idOf(copy(four)));
    assertThat(leader().admin().replicaLags()).containsOnlyKeys(four.name(), five.name());
  }

  @Test
  void itTakesADeadPeersSeatWithTheDataAndTheIdThatItHas() {
    write(leader(), "/a");
    List<Long> ids = List.of(idOf(copy(four)), idOf(copy(five)));
    SimulatedMachine dead =
        cluster.peers().stream().filter(this::follows).findFirst().orElseThrow();

    dead.crash();
    await(() -> four.peer().isPresent() || five.peer().isPresent());

    SimulatedMachine promoted = four.peer().isPresent() ? four : five;
    assertThat(ids).contains(idOf(promoted.peer().orElseThrow()));
    assertThat(has(promoted.peer().orElseThrow(), "/a")).isTrue();
    dead.start();
    await(() -> cluster.isSettled(3));
    write(promoted.peer().orElseThrow(), "/b");
  }

  /** No peer is dead after all: it is a replica again, with the same data under the same id. */
  @Test
  void oneThatIsLetGoBeforeItGotASeatGoesOnServing() {
    List<Long> ids = List.of(idOf(copy(four)), idOf(copy(five)));
    SimulatedMachine silent =
        cluster.peers().stream().filter(this::follows).findFirst().orElseThrow();

    cluster.cutOff(List.of(silent));
    await(() -> !leader().status().learners().isEmpty());
    assertThat(ids).containsAll(leader().status().learners());
    cluster.healNetwork();
    await(() -> leader().status().learners().isEmpty());

    assertThat(cluster.peers()).contains(silent).hasSize(3);
    assertThat(List.of(idOf(copy(four)), idOf(copy(five)))).isEqualTo(ids);
    write(leader(), "/after");
    await(() -> serves(four) && serves(five) && has(copy(four), "/after"));
    assertThat(four.history()).doesNotContain("peer").endsWith("ready standby");
    await(() -> has(copy(five), "/after"));
  }

  private boolean follows(SimulatedMachine machine) {
    return cluster.leader().filter(machine::equals).isEmpty();
  }

  @Test
  void itFollowsTheNextLeader() {
    cluster.leader().orElseThrow().crash();
    await(() -> cluster.leader().isPresent());
    write(leader(), "/after");

    await(() -> serves(four) && has(copy(four), "/after"));
  }

  @Test
  void itComesBackWithItsDataUnderItsId() {
    write(leader(), "/a");
    await(() -> has(copy(four), "/a"));
    long before = idOf(copy(four));
    for (boolean crash : List.of(true, false)) {
      if (crash) {
        four.crash();
      } else {
        four.stop();
      }
      four.start();
      await(() -> four.replica().isPresent());
      assertThat(four.history()).endsWith("ready standby");
      assertThat(idOf(copy(four))).isEqualTo(before);
      await(() -> serves(four));
      assertThat(has(copy(four), "/a")).isTrue();
    }
  }

  /** The leader comes back to it at once; what it acknowledges until it has synced is no loss. */
  @Test
  void itKeepsItsDataThoughItGetsMoreBeforeItsFirstSyncIsAnswered() {
    long before = idOf(copy(four));
    SimulatedMachine askedFirst = cluster.leader().orElseThrow();
    cluster.cutOff(List.of(askedFirst));
    await(() -> cluster.leader().filter(next -> !next.equals(askedFirst)).isPresent());
    write(leader(), "/a");
    await(() -> serves(four) && has(copy(four), "/a"));
    four.crash();
    write(leader(), "/b");
    four.start();
    await(() -> four.replica().flatMap(ReplicaStandby::peer).isPresent());

    await(() -> has(copy(four), "/b"));
    assertThat(serves(four)).as("has synced").isFalse();
    await(() -> serves(four));
    assertThat(idOf(copy(four))).isEqualTo(before);
  }

  @Test
  void oneThatHasLostItsDiskGetsTheDataUnderAnotherId() {
    long before = idOf(copy(four));
    write(leader(), "/a");
    four.crash();
    four.wipe();
    four.tellOfOthers();
    four.start();

    await(() -> serves(four));
    assertThat(idOf(copy(four))).isNotEqualTo(before);
    assertThat(has(copy(four), "/a")).isTrue();
  }

  @Test
  void oneThatIsCutOffServesNoClientAndIsLetGo() {
    cluster.cutOff(List.of(four));
    await(() -> !serves(four));
    await(() -> !leader().admin().replicaLags().containsKey(four.name()));

    cluster.healNetwork();
    await(() -> serves(four) && leader().admin().replicaLags().containsKey(four.name()));
  }

  @Test
  void aLeaderHasNoMoreThanEightAndTheOthersGoOnRedirecting() {
    cluster.close();
    cluster = SimulatedCluster.of(12, CONFIG, 2);
    cluster
        .machines()
        .forEach(
            machine ->
                machine.reconfigure(options -> options.withStandbyMode(StandbyMode.REPLICA)));
    cluster.start();
    await(() -> cluster.isSettled(3));
    await(() -> cluster.standbys().stream().filter(ReplicaSimulationTest::serves).count() == 8);
    cluster.time().run(10_000);

    assertThat(leader().admin().replicaLags()).hasSize(8);
    assertThat(cluster.standbys()).filteredOn(machine -> !serves(machine)).hasSize(1);
  }

  @Test
  void theWholeClusterComesBackFromAPowerCut() {
    write(leader(), "/a");
    cluster.machines().forEach(SimulatedMachine::crash);
    cluster.machines().forEach(SimulatedMachine::start);

    await(() -> cluster.isSettled(3));
    await(() -> serves(four) && serves(five));
    assertThat(has(copy(four), "/a")).isTrue();
  }
}
