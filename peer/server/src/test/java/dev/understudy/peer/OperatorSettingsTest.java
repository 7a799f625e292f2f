package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OperatorSettingsTest {
  private final StateMachine machine = new StateMachine(100);
  private final OperatorSettings settings = new OperatorSettings(null, machine);
  private long index;

  private void set(String key, boolean dir, String value) {
    machine.apply(
        ++index,
        1_000,
        new WriteKey(new Operation.Set(key, dir, value, OptionalLong.empty(), false)));
  }

  @Test
  void whatClientsWriteInPlaceOfASettingDoesNoHarm() {
    set(AutopilotConfig.KEY, true, "");
    set(SchedulerConfig.KEY + "/below", false, "{}");
    assertThat(settings.autopilot().value()).isEqualTo(AutopilotConfig.DEFAULT);
    assertThat(settings.autopilot().modifyIndex()).isZero();
    assertThat(settings.scheduler().value()).isEqualTo(SchedulerConfig.DEFAULT);
  }

  @Test
  void nonsenseInPlaceOfASettingIsTheDefault() {
    set(AutopilotConfig.KEY, false, "");
    set(SchedulerConfig.KEY, false, "[]");
    assertThat(settings.autopilot().value()).isEqualTo(AutopilotConfig.DEFAULT);
    assertThat(settings.scheduler().value()).isEqualTo(SchedulerConfig.DEFAULT);
  }
}
