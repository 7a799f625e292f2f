package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.peer.driver.PeerStatus.Peer;
import dev.understudy.raft.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whom a leader that goes hands over to. */
class SuccessionTest {
  private static final long NOW = 100_000;
  private static final long ALIVE_WITHIN = 2_000;

  private final Map<Long, Peer> peers = new HashMap<>();

  private Optional<Long> successor(Long... learners) {
    PeerStatus status =
        new PeerStatus(
            1, Role.LEADER, 2, 1, 50, 50, Set.of(1L, 2L, 3L, 4L), Set.of(learners), peers);
    return Succession.of(status, NOW, ALIVE_WITHIN);
  }

  private void peer(long member, long match, long silentMillis) {
    peers.put(member, new Peer(match, true, NOW - silentMillis));
  }

  @Test
  void whoHoldsMostOfTheLogTakesOver() {
    peer(1, 60, 0);
    peer(2, 40, 10);
    peer(3, 50, 500);
    peer(4, 45, 10);
    assertThat(successor()).contains(3L);
  }

  @Test
  void ofPeersThatHoldAsMuchTheOneHeardLastDoes() {
    peer(2, 50, 300);
    peer(3, 50, 20);
    peer(4, 50, 100);
    assertThat(successor()).contains(3L);
  }

  @Test
  void nobodyDoesWhoIsSilent() {
    peer(2, 50, ALIVE_WITHIN + 1);
    peer(3, 10, ALIVE_WITHIN);
    assertThat(successor()).contains(3L);
    peer(3, 10, ALIVE_WITHIN + 1);
    assertThat(successor()).isEmpty();
  }

  @Test
  void nobodyDoesWhoHasNoVote() {
    peer(7, 50, 0);
    assertThat(successor(7L)).isEmpty();
    peer(2, 1, 0);
    assertThat(successor(7L)).contains(2L);
  }
}
