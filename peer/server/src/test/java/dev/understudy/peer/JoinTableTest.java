package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a leader answers to each situation of a machine that asks for a seat. */
class JoinTableTest {
  private static final long SOON_MILLIS = 10_000;

  /** The rows of the table. */
  enum Situation {
    NEW_NAME_AND_A_SEAT_IS_FREE,
    SAME_URL_AND_ITS_DATA_ARE_INTACT,
    OTHER_URL,
    ITS_DATA_DIRECTORY_WAS_LOST,
    ANOTHER_NAME_HAS_THIS_URL,
    NO_SEAT_IS_FREE,
    VERSION_RANGE_DOES_NOT_HOLD_THE_CLUSTERS
  }

  private SimulatedPeers cluster;
  private SimulatedPeer leader;
  private SimulatedPeer other;

  @ParameterizedTest
  @EnumSource
  void eachSituationHasItsAnswer(Situation situation) throws IOException {
    try (SimulatedPeers three = SimulatedPeers.of(3, 1, 1_000).startAll()) {
      cluster = three;
      assertThat(
              three.runUntil(
                  () -> three.leader().map(l -> l.life().gate.isOpen()).orElse(false), SOON_MILLIS))
          .isTrue();
      leader = three.leader().orElseThrow();
      other =
          three.running().stream().filter(peer -> !peer.equals(leader)).findFirst().orElseThrow();
      check(situation);
    }
  }

  private void check(Situation situation) {
    Seat seat = registry().byMember(other.member).orElseThrow();
    LocalData intact = new LocalData.Held(other.member);
    MachineRecord fresh = SimulatedPeers.record(9);
    switch (situation) {
      case NEW_NAME_AND_A_SEAT_IS_FREE -> {
        JoinReply reply = granted(JoinRequest.of(fresh, new LocalData.None()));
        assertThat(registry().byName(fresh.name()).map(Seat::member)).contains(reply.memberId());
        assertThat(leader.status().learners()).containsExactly(reply.memberId());
      }
      case SAME_URL_AND_ITS_DATA_ARE_INTACT -> {
        final long last = leader.status().commit();
        assertThat(granted(JoinRequest.of(seat.machine(), intact)).memberId())
            .isEqualTo(other.member);
        assertThat(leader.status().commit()).as("nothing is written").isEqualTo(last);
      }
      case OTHER_URL -> {
        MachineRecord moved = new MachineRecord(seat.name(), "http://elsewhere:1", "http://x:2");
        assertThat(granted(JoinRequest.of(moved, intact)).memberId()).isEqualTo(other.member);
        assertThat(registry().byName(seat.name()).map(Seat::machine)).contains(moved);
      }
      case ITS_DATA_DIRECTORY_WAS_LOST -> {
        other.crash();
        cluster.run(SOON_MILLIS);
        long member = granted(JoinRequest.of(seat.machine(), new LocalData.None())).memberId();
        assertThat(member).isNotEqualTo(other.member);
        assertThat(registry().removed()).containsExactly(other.member);
        assertThat(
                cluster.runUntil(
                    () -> !leader.status().voters().contains(other.member), SOON_MILLIS))
            .isTrue();
        assertThat(registry().seats()).hasSize(3);
      }
      case ANOTHER_NAME_HAS_THIS_URL ->
          refused(
              JoinRequest.of(
                  new MachineRecord("m9", seat.peerUrl(), "http://x:2"), new LocalData.None()),
              ErrorCode.PEER_ADDRESS_TAKEN,
              400,
              seat.name());
      case NO_SEAT_IS_FREE -> {
        var three = leader.life().admin.putConfig("{\"activeSize\":3}");
        leader.life().poke(0);
        assertThat(cluster.runUntil(three::isDone, SOON_MILLIS)).isTrue();
        refused(
            JoinRequest.of(fresh, new LocalData.None()), ErrorCode.NO_MORE_PEERS, 400, "3 of 3");
      }
      case VERSION_RANGE_DOES_NOT_HOLD_THE_CLUSTERS ->
          refused(
              new JoinRequest("m9", 7, 8, "http://m9:1", "", new LocalData.None()),
              ErrorCode.INVALID_FIELD,
              400,
              "7 to 8, the cluster's is 2");
    }
  }

  private Registry registry() {
    return leader.life().machine.registry();
  }

  private AdminOutcome<JoinReply> answer(JoinRequest request) {
    CompletableFuture<AdminOutcome<JoinReply>> asked = leader.life().admin.join(request);
    leader.life().poke(0);
    assertThat(cluster.runUntil(asked::isDone, SOON_MILLIS)).isTrue();
    return asked.join();
  }

  private JoinReply granted(JoinRequest request) {
    return ((AdminOutcome.Done<JoinReply>) answer(request)).value();
  }

  private void refused(JoinRequest request, ErrorCode code, int status, String said) {
    ApiError error = ((AdminOutcome.Refused<JoinReply>) answer(request)).error();
    assertThat(error.is(code)).as("%s", error).isTrue();
    assertThat(error.httpStatus()).isEqualTo(status);
    assertThat(error.cause()).contains(said);
  }
}
