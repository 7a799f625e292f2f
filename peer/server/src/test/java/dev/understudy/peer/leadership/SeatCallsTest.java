package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.SchedulerConfig.SchedulerClass;
import dev.understudy.peer.leadership.MonitorsTest.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a leader calls its standbys. Member 1 leads; time is virtual. */
class SeatCallsTest {
  private static final long NOW = MonitorsTest.NOW;
  private static final long ALIVE_WITHIN = 2_000;
  private static final long REMOVE_DELAY = 5_000;

  private final View view = new View().voters(3);
  private final Census census = view.census(() -> NOW);
  private final SeatSwap swap = new SeatSwap(view, census, () -> NOW, ALIVE_WITHIN, ALIVE_WITHIN);
  private final SeatCalls calls = new SeatCalls(view, census, swap);

  /** For how many seats was called, and who has heard. */
  private final List<String> called = new ArrayList<>();

  /** Told who has not heard the last call. */
  private Consumer<String> missed;

  /** Who would be given a seat. */
  private final List<String> inLine = new ArrayList<>(List.of("a", "b"));

  @BeforeEach
  void noteCalls() {
    census.standbys(
        new Standbys() {
          @Override
          public List<String> takers() {
            return List.of();
          }

          @Override
          public List<Announced> all() {
            return List.of();
          }

          @Override
          public boolean hasCandidate() {
            return true;
          }

          @Override
          public Set<String> call(int seats, Predicate<String> wanted, Consumer<String> unreached) {
            List<String> names = inLine.stream().filter(wanted).limit(seats).toList();
            missed = unreached;
            called.add(seats + " " + String.join("", names));
            return Set.copyOf(names);
          }
        });
    calls.start(2, NOW);
  }

  private void passTwice() {
    calls.pass(NOW);
    calls.pass(NOW + 50);
  }

  @Test
  void nobodyIsCalledWhileEverySeatIsHeldByTheLiving() {
    passTwice();
    assertThat(called).isEmpty();
  }

  @Test
  void asManyAreCalledAsSeatsAreOpenOnceForEachChange() {
    view.config = new ClusterConfig(5, 5, 1);
    passTwice();
    assertThat(called).containsExactly("2 ab");
    view.learner(4, 0);
    passTwice();
    assertThat(called).containsExactly("2 ab", "1 a");
    view.learner(5, 0);
    passTwice();
    assertThat(called).hasSize(2);
    view.gone(5);
    passTwice();
    assertThat(called).as("open again").hasSize(3);
  }

  @Test
  void aStandbyIsCalledForADeadPeersSeatUntilOneHasCome() {
    view.silent(3, REMOVE_DELAY - 1_000);
    passTwice();
    assertThat(called).containsExactly("1 a");
    swap.begin(Optional.empty(), new MachineRecord("a", "http://a", ""), 7);
    passTwice();
    assertThat(called).hasSize(1);
  }

  @Test
  void whoIsToTakeALivingPeersSeatIsCalledAlone() {
    swap.preemption(() -> Optional.of(new Preemption("b", SchedulerClass.SYSTEM, "m3", 3, false)));
    passTwice();
    assertThat(called).containsExactly("1 b");
  }

  @Test
  void inThePlaceOfOneThatDoesNotHearAnotherIsCalledAndLaterItself() {
    view.config = new ClusterConfig(4, 5, 1);
    calls.pass(NOW);
    missed.accept("a");
    calls.pass(NOW + 200);
    assertThat(called).containsExactly("1 a", "1 b");
    missed.accept("b");
    calls.pass(NOW + 400);
    assertThat(called).as("both rest").last().isEqualTo("1 ");
    calls.pass(NOW + 1_100);
    calls.pass(NOW + 1_300);
    assertThat(called).as("a has rested").last().isEqualTo("1 a");
    calls.pass(NOW + 10_000);
    assertThat(called).filteredOn("1 a"::equals).hasSize(2);
  }

  /** It would let one more be called than there are seats. */
  @Test
  void whoHasNotHeardACallForAnEarlierNeedIsNotCalledAgainForThat() {
    view.config = new ClusterConfig(5, 5, 1);
    calls.pass(NOW);
    Consumer<String> early = missed;
    view.learner(4, 0);
    calls.pass(NOW + 50);
    assertThat(called).containsExactly("2 ab", "1 a");
    early.accept("a");
    passTwice();
    calls.pass(NOW + 1_000);
    assertThat(called).hasSize(2);
  }

  @Test
  void anotherTermCallsAgain() {
    view.config = new ClusterConfig(4, 5, 1);
    passTwice();
    calls.stop();
    calls.start(3, NOW);
    passTwice();
    assertThat(called).containsExactly("1 a", "1 a");
  }

  @Test
  void whoIsKnownForLongEnoughOnlyLaterIsCalledThen() {
    view.config = new ClusterConfig(5, 5, 1);
    inLine.remove("b");
    calls.pass(NOW);
    calls.pass(NOW + 199);
    assertThat(called).containsExactly("2 a");
    inLine.add("b");
    calls.pass(NOW + 200);
    calls.pass(NOW + 1_000);
    assertThat(called).containsExactly("2 a", "1 b");
  }
}
