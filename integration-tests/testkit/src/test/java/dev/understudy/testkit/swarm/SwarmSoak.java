package dev.understudy.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Many more seeds than an ordinary build runs: {@code mvn verify -Psoak -pl
 * integration-tests/testkit -am}, and with {@code -Dunderstudy.simulation.firstSeed=50001} the
 * next.
 */
class SwarmSoak {
  private static final long SEEDS = 50_000;

  @Test
  void whatIsPromisedHoldsUnderAnyFaults() {
    assertThat(SwarmTest.run(SEEDS).operations()).isPositive();
  }
}
