package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a seat is lost, and how it is taken again. */
class RemovalTest {
  /** The shortest there is. */
  private static final int REMOVE_DELAY_SECONDS = 2;

  /** What etcd 0.4 needed to fill both, which is to be beaten. */
  private static final long SEATS_FILLED_MILLIS = 1_100;

  @RegisterExtension static final Machines machines = Machines.ofAllTests();

  private static TestCluster cluster;

  @BeforeAll
  static void startFive() {
    cluster = TestCluster.start(machines, 5, 3, REMOVE_DELAY_SECONDS);
  }

  @BeforeEach
  void makeWhole() {
    cluster.makeWhole();
  }

  @Test
  void aFollowerThatWasCutOffIsToldThatItHasLostItsSeat() throws IOException {
    losesItsSeatWhileFrozen(cluster.follower());
  }

  @Test
  void aLeaderThatWasCutOffIsToldThatItHasLostItsSeat() throws IOException {
    losesItsSeatWhileFrozen(cluster.leader());
  }

  private static void losesItsSeatWhileFrozen(MachineUnderTest victim) throws IOException {
    victim.freeze();
    try {
      Deadlines.await(victim.name() + " loses its seat and another takes it")
          .until(
              () ->
                  cluster.machines().stream()
                      .filter(machine -> !machine.equals(victim))
                      .anyMatch(machine -> isWholeWithout(victim, machine)));
    } finally {
      victim.thaw();
    }
    long thawed = System.nanoTime();
    awaitTold(victim);
    Deadlines.measured(
        victim.name() + " has become a standby after it was thawed", millisSince(thawed));
    assertThat(victim.isAlive()).isTrue();
    cluster.awaitPeers(3);
  }

  private static boolean isWholeWithout(MachineUnderTest victim, MachineUnderTest asked) {
    Map<String, String> seats = TestCluster.seats(asked);
    return seats.size() == 3 && seats.containsValue("leader") && !seats.containsKey(victim.name());
  }

  /**
   * It hears of its removal when it asks for a vote, or when it asks who has seats because it was
   * out of touch for so long, or from the log as far as that came into its receive buffer while it
   * was frozen; whichever it does first.
   */
  private static void awaitTold(MachineUnderTest machine) {
    Deadlines.await(machine.name() + " becomes a standby")
        .until(() -> machine.mode().equals("standby"));
    assertThat(machine.printed())
        .filteredOn(line -> line.startsWith("mode ") && line.contains(" mode=standby "))
        .last()
        .asString()
        .containsAnyOf(
            "denied this member a vote",
            "all seats are taken",
            "the cluster has taken this member's seat");
  }

  @Test
  void anOperatorRemovesAMachineThroughAnyPeer() throws IOException {
    MachineUnderTest removed = cluster.follower();
    assertThat(Http.get(cluster.leader().peerUrl() + "/v2/admin/plan").body())
        .contains("\"openSeats\":0", "\"name\":\"" + removed.name() + "\"");
    long modeLines = modeLines(removed);

    Answer redirect = Http.delete(removed.peerUrl() + "/v2/admin/machines/" + removed.name());
    assertThat(redirect.status()).isEqualTo(307);
    assertThat(redirect.header("location"))
        .isEqualTo(cluster.leader().peerUrl() + "/v2/admin/machines/" + removed.name());
    long asked = System.nanoTime();
    TestCluster.remove(removed.name(), cluster.leader());

    // It may take the open seat again later, under another id.
    Deadlines.await(removed.name() + " loses its seat").until(() -> modeLines(removed) > modeLines);
    Deadlines.measured("a removed machine has become a standby", millisSince(asked));
    cluster.awaitPeers(3);
    Deadlines.measured("an operator's removal, until the seat is taken", millisSince(asked));
  }

  private static long modeLines(MachineUnderTest machine) {
    return machine.printed().stream()
        .filter(line -> line.startsWith("mode ") && line.contains(" mode=standby "))
        .count();
  }

  @Test
  void theLeaderTooCanBeRemoved() throws IOException {
    MachineUnderTest removed = cluster.leader();
    long modeLines = modeLines(removed);

    // It hands over first, so that a leader is left to tell the others, and has that one do it.
    Answer answer = Http.delete(removed.peerUrl() + "/v2/admin/machines/" + removed.name());

    assertThat(answer.status()).as(answer.body()).isIn(200, 409, 503);
    if (answer.status() != 200) {
      // Somebody was late with a heartbeat.
      TestCluster.remove(removed.name(), removed);
    }
    Deadlines.await(removed.name() + " loses its seat").until(() -> modeLines(removed) > modeLines);
    cluster.awaitPeers(3);
  }

  @Test
  void aMachineThatNobodyKnowsCannotBeRemoved() throws IOException {
    Answer answer = Http.delete(cluster.leader().peerUrl() + "/v2/admin/machines/nobody");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.object().get("errorCode").getAsInt()).isEqualTo(100);
  }

  @Test
  void moreSeatsAreFilledAndFewerAreEmptied() throws IOException {
    long raised = System.nanoTime();
    cluster.configure("{\"activeSize\":5}");
    try {
      Deadlines.await("five peers").until(() -> seats() == 5);
      Deadlines.kept("both new seats are filled", millisSince(raised), SEATS_FILLED_MILLIS);
      cluster.awaitPeers(5);
    } finally {
      cluster.configure("{\"activeSize\":3}");
    }
    long lowered = System.nanoTime();
    cluster.awaitPeers(3);
    Deadlines.measured("two seats are emptied", millisSince(lowered));
    assertThat(cluster.standbys()).hasSize(2);
  }

  private static int seats() {
    return TestCluster.seats(cluster.leader()).size();
  }

  @Test
  void aMachineThatLostItsDataKeepsItsSeatUnderANewId() throws IOException {
    MachineUnderTest forgetful =
        cluster.awaitPeers(3).stream()
            .filter(machine -> machine.option("--peers").isPresent())
            .filter(machine -> !machine.equals(cluster.leader()))
            .findFirst()
            .orElseThrow();
    assertThat(Http.putValue(cluster.leader().clientUrl() + "/v2/keys/kept", "yes").succeeded())
        .isTrue();
    String idBefore = TestCluster.memberIds(cluster.leader()).get(forgetful.name());

    // The seat is its own only for as long as its silence may last.
    cluster.configure("{\"removeDelay\":60}");
    try {
      forgetful.kill();
      FileUtils.deleteDirectory(forgetful.dataDirectory().toFile());
      forgetful.start().awaitReady();

      assertThat(forgetful.mode()).isEqualTo("peer");
      cluster.awaitPeers(3);
      assertThat(TestCluster.memberIds(cluster.leader()).get(forgetful.name()))
          .isNotNull()
          .isNotEqualTo(idBefore);
      Deadlines.await("its data is back")
          .untilAsserted(
              () ->
                  assertThat(Http.get(forgetful.clientUrl() + "/v2/keys/kept").body())
                      .contains("\"value\":\"yes\""));
    } finally {
      cluster.configure("{\"removeDelay\":%d}".formatted(REMOVE_DELAY_SECONDS));
    }
  }

  @Test
  void theLastSeatCannotBeRemoved() throws IOException {
    MachineUnderTest alone = machines.machineAt("alone").start().awaitReady();
    try {
      Answer answer = Http.delete(alone.peerUrl() + "/v2/admin/machines/alone");

      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body())
          .contains("\"errorCode\":406", "The cluster needs this seat", "last seat");
      assertThat(Http.putValue(alone.clientUrl() + "/v2/keys/still", "here").succeeded()).isTrue();
    } finally {
      alone.kill();
    }
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }
}
