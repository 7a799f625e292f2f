package dev.understudy.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How many seeds fail: by the first of them, whichever of the processors was done first. */
class FailingSeedTest {
  private static final long FIRST = 7;

  @Test
  void theFirstSeedThatFailsIsTold() {
    Swarm swarm = Swarm.of((cluster, clients) -> new Failing());
    for (long first : List.of(FIRST, FIRST + 1)) {
      assertThatThrownBy(() -> swarm.run(first, 20))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(
              "seed " + first + " fails; again with -Dunderstudy.simulation.seed=" + first)
          .hasRootCauseMessage("the clients cannot begin");
    }
  }

  /** Fails as soon as it begins. */
  private static final class Failing implements Workload {
    @Override
    public void begin() {
      throw new AssertionError("the clients cannot begin");
    }

    @Override
    public void end() {}

    @Override
    public boolean isQuiet() {
      return true;
    }

    @Override
    public void check() {}
  }
}
