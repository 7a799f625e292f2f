package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.SchedulerConfig.Algorithm;
import dev.understudy.clusterconfig.SchedulerConfig.SchedulerClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerConfigTest {
  @Test
  void systemMayTakeSeatsOfLivingPeersAndTheOthersMayNotUntilSomebodySaysSo() {
    assertThat(SchedulerConfig.DEFAULT)
        .isEqualTo(new SchedulerConfig(true, false, false, Algorithm.BINPACK));
  }

  @Test
  void whatWasReadCanBeSentBackAndIsStoredAsItIs() throws ApiException {
    SchedulerConfig config = new SchedulerConfig(false, true, true, Algorithm.SPREAD);
    assertThat(SchedulerConfig.fromRequest(config.toJsonObject(3, 4).toString())).isEqualTo(config);
    assertThat(SchedulerConfig.fromStored(config.toStored())).isEqualTo(config);
    assertThat(SchedulerConfig.fromStored("{\"New\":1," + config.toStored().substring(1)))
        .as("a newer release may write more")
        .isEqualTo(config);
    assertThat(SchedulerConfig.fromStored("damaged")).isEqualTo(SchedulerConfig.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({"100, SYSTEM", "99, SERVICE", "51, SERVICE", "50, BATCH", "1, BATCH"})
  void theClassFollowsFromTheSeatPriority(int priority, SchedulerClass of) {
    assertThat(SchedulerClass.of(priority)).isEqualTo(of);
  }
}
