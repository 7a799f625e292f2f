package dev.understudy.peer.leadership;

import static dev.understudy.clusterconfig.SchedulerConfig.Algorithm.BINPACK;
import static dev.understudy.clusterconfig.SchedulerConfig.Algorithm.SPREAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.ServerDetails.Mode;
import dev.understudy.clusterconfig.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which standby takes the seat of which living peer. */
class PreemptionTest {
  private static final SchedulerConfig ALL = new SchedulerConfig(true, true, true, BINPACK);
  private static final Predicate<String> NOBODY = name -> false;
  private static final String SETTLED = "60000";

  /** Priority and zone, like 50/a; of a peer without a stated priority "-". */
  private static MachineTraits traits(String text) {
    String[] parts = (text + "/").split("/", -1);
    return new MachineTraits(
        "1",
        parts[0].equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(parts[0])),
        parts[1]);
  }

  private static ServerDetails server(
      String name, long member, String traits, Mode mode, OptionalLong announced, boolean well) {
    return new ServerDetails(
        new MachineRecord(name, "http://" + name, ""),
        member,
        traits(traits),
        mode,
        member == 1,
        mode == Mode.PEER,
        ServerDetails.Contact.SELF,
        ServerDetails.Progress.NONE,
        well ? Optional.empty() : Optional.of("sick"),
        0,
        announced);
  }

  /** Peers m1, which leads, to m3, and standbys s1, s2, …. */
  private static Servers servers(String peers, String standbys, String knownMillis) {
    List<ServerDetails> all = new ArrayList<>();
    for (String peer : peers.split(" ")) {
      int number = all.size() + 1;
      all.add(server("m" + number, number, peer, Mode.PEER, OptionalLong.empty(), true));
    }
    int number = 1;
    for (String standby : standbys.split(" ")) {
      all.add(
          server(
              "s" + number++,
              0,
              standby,
              Mode.STANDBY,
              OptionalLong.of(Long.parseLong(knownMillis)),
              true));
    }
    return new Servers(all);
  }

  private static String told(Optional<Preemption> next) {
    return next.map(p -> p.standby() + ">" + p.peer() + (p.leads() ? " leads" : "")).orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "50 50 50, 100, s1>m2",
    "50 50 50, 60, s1>m2",
    "50 50 50, 59, ''",
    "50 50 50, 50, ''",
    "50 40 30, 60, s1>m3",
    "50 50 50, 60 70, s2>m2",
    "50 80 80, 60, s1>m1 leads",
    "50 80 55, 65, s1>m3",
    "90 90 90, 100, s1>m2",
    "91 91 91, 100, ''",
    "50 - 50, 100, s1>m3",
    "- - -, 100, ''",
    "50 50 50, 0, ''",
    "10 10 10, 50, s1>m2",
  })
  void theBestStandbyTakesTheSeatOfTheLeastPeerByAMarginAndTheLeadersLast(
      String peers, String standbys, String expected) {
    assertThat(told(Preemption.next(servers(peers, standbys, SETTLED), 3, ALL, NOBODY)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "100, true, false, false, true",
    "99, true, false, false, false",
    "99, false, true, false, true",
    "51, false, true, false, true",
    "50, false, true, false, false",
    "50, false, false, true, true",
    "100, false, true, true, false",
  })
  void aClassMayOrMayNot(
      int priority, boolean system, boolean service, boolean batch, boolean takes) {
    SchedulerConfig config = new SchedulerConfig(system, service, batch, BINPACK);
    Servers servers = servers("1 1 1", Integer.toString(priority), SETTLED);
    assertThat(Preemption.next(servers, 3, config, NOBODY).isPresent()).isEqualTo(takes);
  }

  @Test
  void nothingHappensBeforeAStandbyHasSettledOrWhileAnythingIsNotWell() {
    assertThat(Preemption.next(servers("50 50 50", "100", "59999"), 3, ALL, NOBODY)).isEmpty();
    Servers well = servers("50 50 50", "100", SETTLED);
    assertThat(Preemption.next(well, 3, ALL, NOBODY)).isPresent();
    assertThat(Preemption.next(well, 5, ALL, NOBODY)).as("two seats are open").isEmpty();
    List<ServerDetails> more = new ArrayList<>(well.all());
    more.add(server("u", 9, "50", Mode.UNDERSTUDY, OptionalLong.empty(), true));
    assertThat(Preemption.next(new Servers(more), 3, ALL, NOBODY)).as("somebody comes").isEmpty();
    more.set(2, server("m3", 3, "50", Mode.PEER, OptionalLong.empty(), false));
    more.remove(4);
    assertThat(Preemption.next(new Servers(more), 3, ALL, NOBODY)).as("a peer is sick").isEmpty();
  }

  @Test
  void aDecisionHoldsWhileThePeerHasItsSeatAndTheStandbyWouldStillBeGivenIt() {
    Servers decided = servers("50 50 40", "60", SETTLED);
    Preemption decision = Preemption.next(decided, 3, ALL, NOBODY).orElseThrow();
    assertThat(told(Optional.of(decision))).isEqualTo("s1>m3");
    assertThat(decision.holds(decided, ALL)).isTrue();
    assertThat(decision.holds(servers("50 50 40", "-", SETTLED), ALL)).as("on its way").isTrue();
    assertThat(decision.holds(servers("50 50 55", "60", SETTLED), ALL)).as("no margin").isFalse();
    assertThat(decision.holds(servers("50 50", "60", SETTLED), ALL)).as("no seat").isFalse();
    SchedulerConfig off = new SchedulerConfig(true, false, true, BINPACK);
    assertThat(decision.holds(decided, off)).isFalse();
  }

  @Test
  void aStandbyThatHasJustFailedToCatchUpIsPassedOver() {
    Servers servers = servers("50 50 50", "100 90", SETTLED);
    assertThat(told(Preemption.next(servers, 3, ALL, "s1"::equals))).isEqualTo("s2>m2");
    assertThat(Preemption.next(servers, 3, ALL, name -> true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "50/a 50/b 40/c, 100/a, s1>m1 leads",
    "50/a 50/b 40/c, 100/b, s1>m2",
    "50/a 50/a 40/b, 100/c, s1>m3",
    "50/a 50/a 40/b, 100/a, s1>m2",
    "50/a 50/b 40/c, 100/d, s1>m3",
  })
  void spreadNeverMakesTheSpreadWorse(String peers, String standbys, String expected) {
    SchedulerConfig spread = new SchedulerConfig(true, false, false, SPREAD);
    assertThat(told(Preemption.next(servers(peers, standbys, SETTLED), 3, spread, NOBODY)))
        .isEqualTo(expected);
  }

  /** Whoever has lost its seat to another can never take it back from that one. */
  @Test
  void noTwoMachinesTakeEachOthersSeats() {
    for (int one = 1; one <= 100; one++) {
      for (int two = 1; two <= 100; two++) {
        boolean takes =
            Preemption.next(servers(one + " 100 100", "" + two, SETTLED), 3, ALL, NOBODY)
                .isPresent();
        boolean takesBack =
            Preemption.next(servers(two + " 100 100", "" + one, SETTLED), 3, ALL, NOBODY)
                .isPresent();
        assertThat(takes && takesBack).isFalse();
      }
    }
  }
}
