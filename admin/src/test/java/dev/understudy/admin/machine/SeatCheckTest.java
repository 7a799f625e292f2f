package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.PeerStatus;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeatCheckTest {

  private long now = 1_000;
  private long leader;
  private final SeatCheck check = new SeatCheck(this::status, 500, () -> now);

  private PeerStatus status() {
    return new PeerStatus(
        1, PeerStatus.Role.FOLLOWER, 1, leader, 0, 0, Set.of(), Set.of(), Map.of());
  }

  @Test
  void isDueOnlyAfterItsPatienceWithoutALeader() {
    now += 499;
    assertThat(check.isDue()).isFalse();
    now += 1;
    assertThat(check.isDue()).isTrue();
  }

  @Test
  void beginsAnewAfterEachTimeItWasDue() {
    now += 500;
    assertThat(check.isDue()).isTrue();
    now += 499;
    assertThat(check.isDue()).isFalse();
    now += 1;
    assertThat(check.isDue()).isTrue();
  }

  @Test
  void aLeaderSeenMeanwhileBeginsThePatienceAnew() {
    now += 400;
    leader = 2;
    assertThat(check.isDue()).isFalse();
    leader = 0;
    now += 499;
    assertThat(check.isDue()).isFalse();
    now += 1;
    assertThat(check.isDue()).isTrue();
  }
}
