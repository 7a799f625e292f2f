package dev.understudy.clusterconfig;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MachineTraitsTest {
  @Test
  void whatIsStatedIsReadAgain() {
    MachineTraits traits = MachineTraits.of("1.2-rc+3", 0, "rack 7&b");
    assertThat(MachineTraits.fromHeader(traits.toHeader())).isEqualTo(traits);
    assertThat(MachineTraits.fromHeader(MachineTraits.UNSTATED.toHeader()))
        .isEqualTo(MachineTraits.UNSTATED);
  }

  @Test
  void whatMakesNoSenseIsNotStated() {
    assertThat(MachineTraits.fromHeader(null)).isEqualTo(MachineTraits.UNSTATED);
    assertThat(MachineTraits.fromHeader("priority=101&zone=a%0Ab&version=" + "x".repeat(200)))
        .isEqualTo(MachineTraits.UNSTATED);
  }

  @Test
  void aStandbyOfAnOlderReleaseStatesItsPriorityAlone() {
    String old = "name=s&raft=http%3A%2F%2Fh%3A1&etcd=&priority=70";
    assertThat(StandbyNotice.fromHeader(old))
        .contains(
            new StandbyNotice(
                new MachineRecord("s", "http://h:1", ""),
                new MachineTraits("", OptionalInt.of(70), "", false)));
    StandbyNotice full =
        new StandbyNotice(new MachineRecord("s", "http://h:1", ""), MachineTraits.of("2", 70, "z"));
    assertThat(StandbyNotice.fromHeader(full.toHeader())).contains(full);
  }
}
