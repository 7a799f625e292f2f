package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GcPausesTest {
  @Test
  void aCollectionOfThisProcessIsHeardOf() {
    GcPauses pauses = GcPauses.ofProcess();
    System.gc();
    await().atMost(Duration.ofSeconds(60)).until(() -> pauses.count() > 0);
  }

  @Test
  void theLongestStaysTheLongest() {
    GcPauses pauses = new GcPauses();
    pauses.add(7);
    pauses.add(250);
    pauses.add(3);
    assertThat(pauses.longestSeconds()).isEqualTo(0.25);
    assertThat(pauses.totalSeconds()).isEqualTo(0.26);
    assertThat(pauses.count()).isEqualTo(3);
  }

  @Test
  void cyclesBesideTheProcessAreNoPauses() {
    assertThat(GcPauses.stopsTheProcess("ZGC Cycles")).isFalse();
    assertThat(GcPauses.stopsTheProcess("ZGC Pauses")).isTrue();
    assertThat(GcPauses.stopsTheProcess("G1 Young Generation")).isTrue();
  }
}
