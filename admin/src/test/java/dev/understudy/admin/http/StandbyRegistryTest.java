package dev.understudy.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SeatOffer;
import dev.understudy.clusterconfig.StandbyNotice;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StandbyRegistryTest {
  private static final ClusterConfig THREE_SEATS = new ClusterConfig(3, 5, 1);
  private static final List<MachineView> TWO_SEATED = List.of(seated("one"), seated("two"));
  private static final List<MachineView> ONE_SEATED = List.of(seated("one"));

  private final AtomicLong now = new AtomicLong();
  private final StandbyRegistry roll = new StandbyRegistry(now::get);

  private static MachineView seated(String name) {
    return new MachineView(name, MachineView.State.FOLLOWER, "", "http://" + name);
  }

  private static StandbyNotice notice(String name, int priority) {
    return new StandbyNotice(new MachineRecord(name, "http://" + name, ""), priority);
  }

  private SeatOffer offer(String name, List<MachineView> machines) {
    return roll.offerTo(name, machines, THREE_SEATS);
  }

  @Test
  void theHighestPriorityComesFirstThenWhoIsKnownForLongest() {
    roll.heard(notice("late", 50));
    now.set(100);
    roll.heard(notice("later", 50));
    roll.heard(notice("best", 60));

    assertThat(roll.candidates(TWO_SEATED, THREE_SEATS))
        .extracting(known -> known.notice().machine().name())
        .containsExactly("best", "late", "later");
    assertThat(offer("best", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
    assertThat(offer("late", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("late", ONE_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void nobodyIsOfferedASeatThatIsNotOpenOrNotWanted() {
    roll.heard(notice("four", 50));
    roll.heard(notice("never", 0));
    List<MachineView> full = List.of(seated("one"), seated("two"), seated("three"));

    assertThat(offer("four", full)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("never", ONE_SEATED)).isEqualTo(SeatOffer.WITHHELD);
    assertThat(offer("unheard", ONE_SEATED)).isEqualTo(SeatOffer.WITHHELD);
  }

  @Test
  void aStandbyThatMissesItsSyncNoLongerStandsInTheWay() {
    roll.heard(notice("gone", 90));
    now.set(1_000);
    roll.heard(notice("four", 50));
    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.WITHHELD);

    now.set(1_501);
    roll.heard(notice("four", 50));

    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void whoHasASeatIsNoCandidate() {
    roll.heard(notice("two", 90));
    roll.heard(notice("four", 50));

    assertThat(offer("four", TWO_SEATED)).isEqualTo(SeatOffer.OFFERED);
  }

  @Test
  void theRollIsBounded() {
    for (int i = 0; i < 5_000; i++) {
      roll.heard(notice("s" + i, 50));
    }

    assertThat(roll.candidates(List.of(), THREE_SEATS)).hasSize(1_000);
  }
}
