package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.clients.LockClients;
import dev.understudy.testkit.swarm.Swarm;
import org.junit.jupiter.api.Test;

/** Sessions take and give back one lock while machines, networks, disks and clocks fail. */
class LocksUnderFaultsTest {
  @Test
  void noTwoSessionsHoldALockUnderOneTokenAndTokensOnlyRise() {
    assertThat(Swarm.of(LockClients::new).run(1, 8).operations()).isPositive();
  }
}
