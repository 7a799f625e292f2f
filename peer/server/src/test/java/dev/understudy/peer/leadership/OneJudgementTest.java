package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.PeerStatus.Peer;
import dev.understudy.peer.leadership.MonitorsTest.View;
import dev.understudy.peer.leadership.SeatPlan.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The monitors, the plan and health say the same of one machine, since they judge by the same
 * details. Members 1 to 4 have seats, 1 leads; of 4 the table tells, and of 5 where there is one.
 */
class OneJudgementTest {
  private static final long NOW = MonitorsTest.NOW;
  private static final long ALIVE_WITHIN = 2_000;
  private static final long SUBJECT = 4;

  private final View view = new View();
  private final Census census = view.census(() -> NOW);
  private final SeatSwap swap = new SeatSwap(view, census, () -> NOW, ALIVE_WITHIN, ALIVE_WITHIN);

  /** What the machine of the table is. */
  private enum Kind {
    /** It has a seat and a vote. */
    PEER,
    /** It has a seat and no vote yet. */
    LEARNER,
    /** It has a vote and no seat any more. */
    LEAVING,
    /** It has neither yet. */
    UNDERSTUDY
  }

  private void see(Kind kind, long silentMillis, boolean ever) {
    view.config = new ClusterConfig(kind == Kind.PEER || kind == Kind.LEARNER ? 4 : 3, 5, 1);
    view.voters(kind == Kind.PEER || kind == Kind.LEAVING ? 4 : 3);
    if (kind == Kind.LEARNER) {
      view.learner(SUBJECT, 100);
    } else if (kind == Kind.LEAVING) {
      view.leaving(SUBJECT);
    } else if (kind == Kind.UNDERSTUDY) {
      swap.begin(Optional.empty(), new MachineRecord("m4", "http://m4", ""), SUBJECT);
      view.seatless(SUBJECT, 100, NOW);
    }
    view.peers.put(SUBJECT, new Peer(100, 2, 0, true, NOW - silentMillis, ever));
  }

  private List<Long> removedByTheMonitor() {
    new ActivityMonitor(view, census, swap, 100, ALIVE_WITHIN).removal(NOW);
    return view.removed;
  }

  @ParameterizedTest
  @CsvSource({
    "PEER, 0, true, true, true, KEEPS",
    "PEER, 200, true, true, true, KEEPS",
    "PEER, 201, true, false, true, KEEPS",
    "PEER, 2001, true, false, false, KEEPS",
    "PEER, 5000, true, false, false, KEEPS",
    "PEER, 5001, true, false, false, LOSES",
    "PEER, 5001, false, false, false, LOSES",
    "LEARNER, 0, true, true, true, KEEPS",
    "LEARNER, 5001, true, false, false, LOSES",
    "LEARNER, 5001, false, false, false, KEEPS",
    "LEARNER, 30001, false, false, false, LOSES",
    "LEAVING, 0, true, , true,",
    "LEAVING, 30001, true, , false,",
    "UNDERSTUDY, 0, true, true, true,",
    "UNDERSTUDY, 30001, true, false, false,",
  })
  void monitorsPlanAndHealthAgree(
      Kind kind, long silentMillis, boolean ever, Boolean healthy, boolean alive, Verdict verdict) {
    see(kind, silentMillis, ever);
    Servers servers = census.members();
    Optional<ServerDetails> shown = servers.byMember(SUBJECT);
    assertThat(shown.map(ServerDetails::healthy)).isEqualTo(Optional.ofNullable(healthy));
    assertThat(servers.healthy()).isEqualTo(healthy == null || healthy);

    boolean votes = kind == Kind.PEER || kind == Kind.LEAVING;
    LiveVoters live = LiveVoters.of(servers, ALIVE_WITHIN);
    assertThat(live.voters().contains(SUBJECT)).isEqualTo(votes);
    assertThat(live.alive().contains(SUBJECT)).isEqualTo(votes && alive);

    assertThat(
            view.plan().peers().stream()
                .filter(peer -> peer.server().member() == SUBJECT)
                .map(SeatPlan.Peer::verdict)
                .findFirst())
        .isEqualTo(Optional.ofNullable(verdict));
    assertThat(removedByTheMonitor())
        .as("only who has a seat can lose one")
        .isEqualTo(verdict == Verdict.LOSES ? List.of(SUBJECT) : List.of());
    assertThat(swap.deadOrSoon().filter(dead -> dead == SUBJECT).isPresent())
        .as("a standby is to come")
        .isEqualTo(kind == Kind.PEER && silentMillis > 4_000);
  }

  @ParameterizedTest
  @CsvSource({"90, 90, LOSES", "100, 5001, LOSES", "100, 0, KEEPS"})
  void theOneThatIsTooManyIsWhomThePlanNames(long match, long silentMillis, Verdict verdict) {
    view.config = new ClusterConfig(3, 60, 1);
    view.voters(4).match(3, 100);
    view.peers.put(SUBJECT, new Peer(match, 2, 0, true, NOW - silentMillis, true));
    new ActiveSizeMonitor(view, census, 1_000, ALIVE_WITHIN).pass(NOW);
    assertThat(view.removed).hasSize(1);
    assertThat(view.removed.contains(SUBJECT)).isEqualTo(verdict == Verdict.LOSES);
    assertThat(view.plan().peers())
        .filteredOn(peer -> peer.verdict() == Verdict.LOSES)
        .extracting(peer -> peer.server().member())
        .isEqualTo(view.removed);
  }
}
