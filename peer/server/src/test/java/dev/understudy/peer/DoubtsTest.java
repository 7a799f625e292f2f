package dev.understudy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry.Seat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DoubtsTest {
  private static final Seat SEAT = new Seat(new MachineRecord("a", "http://a:1", ""), 7);

  private final Doubts doubts = new Doubts();

  private boolean isStillOlder(Lineage lineage, long lastIndex, long acknowledged) {
    return doubts.isStillOlder(
        new LocalData.Held(7, lineage, OptionalLong.of(lastIndex), OptionalLong.of(4)),
        SEAT,
        new PeerStatus.Peer(acknowledged, true, 0, true));
  }

  /** It has acknowledged 11 and 12 while what it had said was on its way. */
  @Test
  void aRequestThatWasOvertakenByAcknowledgementsProvesNothing() {
    assertThat(isStillOlder(Lineage.first(1), 10, 11)).isFalse();
    assertThat(isStillOlder(Lineage.first(1), 11, 12)).isFalse();
    assertThat(isStillOlder(Lineage.first(1), 12, 13)).isFalse();
  }

  @Test
  void whatAProcessStillLacksWhenItAsksAgainItHasLost() {
    assertThat(isStillOlder(Lineage.first(1), 10, 100)).isFalse();
    assertThat(isStillOlder(Lineage.first(1), 10, 100)).isTrue();
    assertThat(isStillOlder(Lineage.first(1), 10, 100)).as("and is judged anew then").isFalse();
  }

  @Test
  void anotherStartIsDoubtedByItself() {
    assertThat(isStillOlder(Lineage.first(1), 10, 100)).isFalse();
    assertThat(isStillOlder(Lineage.first(2), 10, 100)).isFalse();
    assertThat(isStillOlder(Lineage.first(2), 10, 100)).isTrue();
  }
}
