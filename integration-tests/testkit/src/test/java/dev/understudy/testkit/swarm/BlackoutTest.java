package dev.understudy.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.standby.StandbyMode;
import dev.understudy.testkit.FaultRates;
import dev.understudy.testkit.clients.Clients;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power of a whole cluster goes again and again, each time when something was just committed.
 */
class BlackoutTest {
  private static final int BLACKOUTS = 12;
  private static final long APART_MILLIS = 4_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingAcknowledgedIsLostWhenThePowerGoesEverywhereAtOnce(long seed) {
    List<Plan.Step> steps = new ArrayList<>();
    for (int i = 1; i <= BLACKOUTS; i++) {
      steps.add(new Plan.Step(i * APART_MILLIS, new Blackout(300, 50)));
    }
    Plan plan =
        new Plan(
            seed,
            3,
            new ClusterConfig(3, 60, 1),
            List.of(StandbyMode.REDIRECT),
            Set.of(FaultKind.POWER_LOSS),
            FaultRates.NONE,
            6,
            (BLACKOUTS + 1) * APART_MILLIS,
            steps);
    RunResult result = Swarm.of(Clients::of).run(plan);
    assertThat(result.failure()).as("%s\n%s", plan, result.story()).isEmpty();
    assertThat(result.operations()).isGreaterThan(100);
  }
}
