package dev.understudy.admin.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.local.MachineStatus.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusChangesTest {
  private final StatusChanges history = new StatusChanges();

  private static MachineStatus machine(String name, long pid, Role role, long term) {
    return new MachineStatus(name, pid, role, term, 10, "http://" + name);
  }

  private List<String> look(MachineStatus... machines) {
    return history.changes(List.of(machines));
  }

  @Test
  void aStartAnElectionAndAStandbyAreToldOnce() {
    assertThat(look(machine("m1", 0, Role.DEAD, -1))).isEmpty();
    assertThat(look(machine("m1", 7, Role.SILENT, -1))).containsExactly("m1 started (pid 7)");
    assertThat(look(machine("m1", 7, Role.LEADER, 2), machine("m4", 8, Role.STANDBY, -1)))
        .containsExactly(
            "m1 has a seat", "m1 was elected in term 2", "m4 started (pid 8)", "m4 is a standby");
    assertThat(look(machine("m1", 7, Role.LEADER, 2), machine("m4", 8, Role.STANDBY, -1)))
        .isEmpty();
  }

  /** It copies the data first, and may be let go when it is not needed after all. */
  @Test
  void aStandbyThatIsToTakeASeatHasNotTakenItYet() {
    look(machine("m4", 4, Role.STANDBY, -1), machine("m5", 5, Role.STANDBY, -1));
    assertThat(look(machine("m4", 4, Role.CATCHING_UP, 3), machine("m5", 5, Role.CATCHING_UP, 3)))
        .isEmpty();
    assertThat(look(machine("m4", 4, Role.FOLLOWER, 3), machine("m5", 5, Role.STANDBY, -1)))
        .containsExactly("m4 took a seat");
  }

  @Test
  void aPeerThatCatchesUpAfterARestartHasNotLostItsSeat() {
    look(machine("m1", 1, Role.LEADER, 2));
    assertThat(look(machine("m1", 1, Role.CATCHING_UP, -1))).isEmpty();
    assertThat(look(machine("m1", 1, Role.FOLLOWER, 3))).isEmpty();
  }

  @Test
  void whatIsNotStartedYetIsNotDead() {
    assertThat(look(machine("m1", 0, Role.NOT_STARTED, -1))).isEmpty();
    assertThat(history.deaths()).isEmpty();
    assertThat(look(machine("m1", 7, Role.SILENT, -1))).containsExactly("m1 started (pid 7)");
    assertThat(StatusTable.line(machine("m2", 0, Role.NOT_STARTED, -1)))
        .contains("not started")
        .doesNotContain("dead");
  }

  @Test
  void aDeadLeaderIsReplacedAndComesBackAsAStandby() {
    look(
        machine("m1", 1, Role.LEADER, 2),
        machine("m2", 2, Role.FOLLOWER, 2),
        machine("m4", 4, Role.STANDBY, -1));

    assertThat(look(machine("m1", 0, Role.DEAD, -1))).containsExactly("m1 died (pid 1)");
    assertThat(look(machine("m2", 2, Role.LEADER, 3))).containsExactly("m2 was elected in term 3");
    assertThat(look(machine("m4", 4, Role.FOLLOWER, 3))).containsExactly("m4 took a seat");
    assertThat(look(machine("m1", 9, Role.SILENT, -1))).containsExactly("m1 started (pid 9)");
    assertThat(look(machine("m1", 9, Role.STANDBY, -1)))
        .containsExactly("m1 lost its seat, is a standby now");
  }

  @Test
  void aLeaderThatWasRestartedUnseenIsToldWithItsNewElection() {
    look(machine("m1", 1, Role.LEADER, 2));

    assertThat(look(machine("m1", 5, Role.SILENT, -1)))
        .containsExactly("m1 died and started (pid 1, now 5)");
    assertThat(look(machine("m1", 5, Role.LEADER, 3))).containsExactly("m1 was elected in term 3");
  }

  @Test
  void theTableShowsWhatIsKnownAndADashForTheRest() {
    assertThat(
            StatusTable.lines(
                List.of(machine("m1", 123, Role.LEADER, 2), machine("m2", 0, Role.DEAD, -1))))
        .containsExactly(
            "machine         pid  mode    role         term  applied  client URL",
            "m1              123  peer    leader          2       10  http://m1",
            "m2                -  dead    -               -       10  http://m2");
  }
}
