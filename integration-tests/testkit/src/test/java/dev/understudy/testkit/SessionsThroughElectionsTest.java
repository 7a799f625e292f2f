package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.v1.LockBackend;
import dev.understudy.api.v1.LockBackend.Renewal;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.locks.Behavior;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.peer.PeerServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sessions whose clients renew them in time outlive every leader, and others end in time. */
class SessionsThroughElectionsTest {
  private static final int SESSIONS = 1_000;
  private static final int CHANGES = 20;
  private static final long TTL_MILLIS = 10_000;
  private static final long RENEWED_EVERY_MILLIS = 8_000;
  private static final long SOON_MILLIS = 30_000;

  private boolean renewing = true;
  private int renewed;

  @Test
  void aThousandSessionsLiveThroughTwentyChangesOfTheLeader() {
    try (SimulatedCluster cluster =
        SimulatedCluster.of(3, new ClusterConfig(3, 1800, 1), 1).start()) {
      assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SOON_MILLIS)).isTrue();
      for (int i = 0; i < SESSIONS; i++) {
        create(cluster, i);
      }
      assertThat(cluster.time().runUntil(() -> count(cluster) == SESSIONS, SOON_MILLIS)).isTrue();
      for (int i = 0; i < SESSIONS; i++) {
        int session = i;
        long phase = cluster.time().random().nextInt((int) RENEWED_EVERY_MILLIS);
        cluster.time().schedule(phase, () -> renew(cluster, session));
      }
      for (int i = 0; i < CHANGES; i++) {
        changeLeader(cluster);
        assertThat(count(cluster)).as("after change %s", i).isEqualTo(SESSIONS);
      }
      assertThat(renewed).isGreaterThan(SESSIONS * 3);
      renewing = false;
      cluster.time().run(TTL_MILLIS);
      assertThat(count(cluster)).as("none before its time").isEqualTo(SESSIONS);
      cluster.time().run(TTL_MILLIS + 1_000);
      assertThat(count(cluster)).as("all within twice their time and a second").isZero();
    }
  }

  private static Session session(int number) {
    return new Session("s" + number, "", "m1", List.of(), 0, Behavior.RELEASE, TTL_MILLIS, 0);
  }

  private static void create(SimulatedCluster cluster, int number) {
    SimulatedMachine machine = cluster.anyMachine();
    machine.receive(
        () ->
            machine
                .peer()
                .map(PeerServer::locks)
                .ifPresent(locks -> ignore(locks.create(session(number)))));
  }

  private static void ignore(Object future) {
    assertThat(future).isNotNull();
  }

  /** As a client does: again and again, until it is answered. */
  private void renew(SimulatedCluster cluster, int number) {
    if (!renewing) {
      return;
    }
    cluster.time().schedule(RENEWED_EVERY_MILLIS, () -> renew(cluster, number));
    attempt(cluster, number);
  }

  private void attempt(SimulatedCluster cluster, int number) {
    SimulatedMachine machine = cluster.anyMachine();
    if (machine.peer().isEmpty() || !renewing) {
      again(cluster, number);
      return;
    }
    machine.receive(
        () -> {
          LockBackend locks = machine.peer().map(PeerServer::locks).orElseThrow();
          locks
              .renew("s" + number)
              .whenComplete(
                  (renewal, failure) -> {
                    assertThat(renewal).isNotInstanceOf(Renewal.Unknown.class);
                    if (renewal instanceof Renewal.Renewed) {
                      renewed++;
                    } else {
                      again(cluster, number);
                    }
                  });
        });
  }

  private void again(SimulatedCluster cluster, int number) {
    if (renewing) {
      cluster.time().schedule(100, () -> attempt(cluster, number));
    }
  }

  private static int count(SimulatedCluster cluster) {
    return cluster
        .leader()
        .flatMap(SimulatedMachine::peer)
        .map(peer -> LockTables.sessions().of(peer.locks().current()).size())
        .orElse(-1);
  }

  private static void changeLeader(SimulatedCluster cluster) {
    SimulatedMachine old = cluster.leader().orElseThrow();
    old.crash();
    assertThat(
            cluster
                .time()
                .runUntil(
                    () -> cluster.leader().filter(leader -> !leader.equals(old)).isPresent(),
                    SOON_MILLIS))
        .isTrue();
    old.start();
    assertThat(cluster.time().runUntil(() -> cluster.isSettled(3), SOON_MILLIS)).isTrue();
  }
}
