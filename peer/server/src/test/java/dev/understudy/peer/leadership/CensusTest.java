package dev.understudy.peer.leadership;

import static dev.understudy.peer.leadership.MonitorsTest.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.ServerDetails.Mode;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.clusterconfig.StandbyNotice;
import dev.understudy.peer.driver.PeerStatus.Peer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a leader says of each machine. Member 1 leads in term 2; time is virtual. */
class CensusTest {
  private static final long ALIVE_WITHIN = 2_000;

  private final MonitorsTest.View view = new MonitorsTest.View().voters(3);
  private long now = NOW;
  private final Census census = view.census(() -> now);
  private final SeatSwap swap = new SeatSwap(view, census, () -> now, ALIVE_WITHIN, ALIVE_WITHIN);

  private ServerDetails server(long member) {
    return census.members().byMember(member).orElseThrow();
  }

  private void put(long member, long term, long lag, long silentMillis) {
    view.peers.put(member, new Peer(100, term, lag, true, now - silentMillis, true));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 0, ''",
    "2, 250, 200, ''",
    "2, 251, 0, it is 251 entries behind",
    "2, 0, 201, it was heard 201 ms ago",
    "1, 0, 0, its log is not known to reach into term 2",
    "0, 0, 0, its log is not known to reach into term 2",
  })
  void aPeerIsHealthyByConsulsRule(long term, long lag, long silentMillis, String ailment) {
    put(2, term, lag, silentMillis);
    assertThat(server(2).ailment().orElse("")).startsWith(ailment);
    assertThat(server(2).healthy()).isEqualTo(ailment.isEmpty());
  }

  @Test
  void aPeerThatWasNeverHeardIsNotHealthy() {
    view.neverHeard(3, 0);
    assertThat(server(3).ailment()).contains("it has not been heard of");
    assertThat(census.members().healthy()).isFalse();
  }

  @Test
  void nobodyNeedBeHeardMoreOftenThanEveryTwoHeartbeats() {
    Census slow = new Census(view, () -> now, ALIVE_WITHIN, 1_000);
    put(2, 2, 0, 1_900);
    assertThat(slow.members().healthy()).isTrue();
    assertThat(census.members().healthy()).isFalse();
  }

  @Test
  void whoIsHealthyIsStableSinceItWasNotedFirst() {
    census.note(now);
    now += 7_000;
    for (long member = 2; member <= 3; member++) {
      put(member, 2, 0, 0);
    }
    census.note(now);
    assertThat(server(2).stableMillis()).isEqualTo(7_000);

    put(2, 2, 900, 0);
    assertThat(server(2).stableMillis()).as("not healthy since just now").isZero();
    census.note(now);
    now += 3_000;
    put(2, 2, 900, 0);
    assertThat(server(2).stableMillis()).isEqualTo(3_000);

    census.forget(now);
    assertThat(server(3).stableMillis()).as("another term watches anew").isZero();
  }

  @ParameterizedTest
  @CsvSource({"3, 0, 1", "5, 1, 1", "5, 3, 0", "5, 0, 2", "4, 0, 1", "1, 0, 0"})
  void asManyVotersMayFailAsAreHealthyBeyondAMajority(int voters, int sick, int tolerance) {
    view.voters(voters);
    for (int i = 0; i < sick; i++) {
      view.silent(voters - i, 500);
    }
    assertThat(census.members().failureTolerance()).isEqualTo(tolerance);
  }

  @Test
  void standbysStandBehindThePeersAndTheUnderstudyIsNamedOnce() {
    MachineRecord four = new MachineRecord("m4", "http://m4", "");
    swap.begin(Optional.empty(), four, 4);
    view.seatless(4, 50, NOW);
    StandbyNotice understudy = new StandbyNotice(four, 50);
    StandbyNotice five =
        new StandbyNotice(
            new MachineRecord("m5", "http://m5", ""), MachineTraits.of("9", 70, "east"));
    census.standbys(
        new Standbys() {
          @Override
          public List<String> takers() {
            return List.of();
          }

          @Override
          public List<Announced> all() {
            return List.of(
                new Announced(understudy, NOW - 9_000, NOW), new Announced(five, NOW - 8_000, NOW));
          }

          @Override
          public boolean hasCandidate() {
            return true;
          }

          @Override
          public Set<String> call(int seats, Predicate<String> wanted, Consumer<String> unreached) {
            return Set.of();
          }
        });
    Servers all = census.all();
    assertThat(all.all())
        .extracting(s -> s.name() + " " + s.mode().word() + " " + s.voter())
        .containsExactly(
            "m1 peer true",
            "m2 peer true",
            "m3 peer true",
            "m4 understudy false",
            "m5 standby false");
    ServerDetails standby = all.standbys().get(0);
    assertThat(standby.traits().zone()).isEqualTo("east");
    assertThat(standby.announcedMillis()).hasValue(8_000);
    assertThat(standby.stableMillis()).isEqualTo(8_000);
    assertThat(standby.mode()).isEqualTo(Mode.STANDBY);
  }
}
