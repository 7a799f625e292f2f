package dev.understudy.standby;

import static dev.understudy.clusterconfig.MachineView.State.LEADER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterResponse;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.SyncReply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A standby keeps to its cluster, and notices when nothing is left of it. */
class StandbyClusterTest extends StandbyFixture {
  @Test
  void aPeerOfAnotherClusterIsPassedOverAndChangesNothing() throws IOException {
    StandbyInfo own = new StandbyInfo(true, List.of(ONE, TWO), 1, 0xc, 0);
    new StandbyInfoFile(directory).save(own);
    MachineView usurper = new MachineView("one", LEADER, "http://c1", "http://p1");
    cluster.syncs.put("http://p1", synced("http://p1", 0xbad, usurper));
    cluster.giveSeat("http://p1", new JoinReply(1, 0x5, 0xbad));
    for (int i = 0; i < 3; i++) {
      startAndSettle();
      standby.close();
    }
    assertThat(saved()).isEqualTo(own);
    assertThat(taken).isEmpty();
    assertThat(cluster.joinRequests).isEmpty();
    cluster.syncs.put("http://p2", synced("http://p2", 0xc, ONE, TWO, THREE));
    startAndSettle();
    assertThat(saved().cluster()).containsExactly(ONE, TWO, THREE);
  }

  @Test
  void theClusterOfTheFirstAnswerIsKept() throws IOException {
    cluster.syncs.put("http://p2", synced("http://p2", 0xc, TWO, THREE));
    startAndSettle();
    assertThat(saved().clusterId()).isEqualTo(0xc);
  }

  @Test
  void aLeaderOfAnotherClusterIsNotBelievedThoughAPeerOfThisOneNamesIt() throws IOException {
    cluster.syncs.put("http://p1", synced("http://p1", 0xc, ONE, TWO, THREE));
    cluster.syncs.put("http://p2", synced("http://p2", 0xbad, TWO));
    cluster.giveSeat("http://p2", new JoinReply(1, 0x5, 0xbad));
    startAndSettle();
    assertThat(saved().cluster()).containsExactly(ONE, TWO, THREE);
    assertThat(taken).isEmpty();
  }

  @Test
  void aSeatInAnotherClusterIsNotTaken() throws IOException {
    cluster.syncs.put("http://p2", synced("http://p2", 0xc, TWO));
    cluster.giveSeat("http://p2", new JoinReply(1, 0x5, 0xbad));
    startAndSettle();
    assertThat(cluster.joinRequests).hasSize(1);
    assertThat(taken).isEmpty();
  }

  private static ClusterResponse<SyncReply> synced(
      String url, long clusterId, MachineView... machines) {
    return new ClusterResponse.Granted<>(
        new SyncReply(List.of(machines), THREE_SEATS, SeatOffer.UNSTATED, clusterId), url);
  }

  @Test
  void whenOnlyStandbysAreLeftThatIsReportedOnceUntilSomebodyAnswers() throws IOException {
    for (String url : List.of("http://p1", "http://p2")) {
      cluster.syncs.put(url, new ClusterResponse.Refused<>(404, Optional.empty(), url));
    }
    startAndSettle();
    assertThat(timesAlone).as("machines may be changing places").isZero();
    passRounds(50);
    assertThat(timesAlone).isEqualTo(1);
    cluster.answer("http://p1", THREE_SEATS, ONE, TWO, THREE);
    passRounds(1);
    cluster.syncs.put("http://p1", cluster.syncs.get("http://p2"));
    cluster.syncs.put("http://p3", cluster.syncs.get("http://p2"));
    passRounds(50);
    assertThat(timesAlone).isEqualTo(2);
  }

  @Test
  void aSilentMachineMayBeTheOneThatLeads() throws IOException {
    cluster.syncs.put("http://p1", new ClusterResponse.Refused<>(404, Optional.empty(), "p1"));
    startAndSettle();
    passRounds(50);
    assertThat(timesAlone).isZero();
  }

  @Test
  void whoKnowsNobodyIsAloneToo() throws IOException {
    create(50);
    startAndSettle();
    passRounds(50);
    assertThat(timesAlone).isEqualTo(1);
  }

  private void passRounds(int count) {
    for (int i = 0; i < count; i++) {
      loop.passTime();
    }
  }
}
