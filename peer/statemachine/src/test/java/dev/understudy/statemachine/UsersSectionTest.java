package dev.understudy.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.users.NameList;
import dev.understudy.users.PathPermissions;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import dev.understudy.users.Users;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Users and roles in the log and in snapshots. */
class UsersSectionTest {
  private static final PathPermissions PATHS =
      new PathPermissions(NameList.of(List.of("/a", "/b/*")), NameList.ABSENT);

  /** One of each kind, in an order in which each is made. */
  private static final List<UserChange> CHANGES =
      List.of(
          new UserChange.PutUser(new User("root", "$2a$hash", NameList.ABSENT)),
          new UserChange.CreateUser(new User("u", "$2a$x", NameList.of(List.of("b", "a")))),
          new UserChange.UpdateUser("u", "$2a$y", List.of("c"), List.of("a")),
          new UserChange.CreateRole(new Role("a", PATHS)),
          new UserChange.CreateRole(new Role("gone", PathPermissions.NONE)),
          new UserChange.UpdateRole("a", Optional.of(PathPermissions.NONE), Optional.of(PATHS)),
          new UserChange.DeleteRole("gone"),
          new UserChange.PutUser(new User("gone", "$2a$z", NameList.of(List.of()))),
          new UserChange.DeleteUser("gone"),
          new UserChange.Enable(true));

  private static StateImage reread(StateImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StateImageCodec.write(image, out);
    return StateImageCodec.read(new ByteArrayInputStream(out.toByteArray()));
  }

  private static StateMachine changed() {
    StateMachine machine = new StateMachine(1);
    long index = 0;
    for (UserChange change : CHANGES) {
      machine.apply(++index, 0, new Command.ChangeUsers(change));
    }
    return machine;
  }

  private static void assertSame(Users read, Users written) {
    assertThat(read.enabled()).isEqualTo(written.enabled());
    assertThat(read.storedUsers()).containsExactlyElementsOf(written.storedUsers());
    assertThat(read.storedRoles()).containsExactlyElementsOf(written.storedRoles());
  }

  @Test
  void everyChangeIsReadAsItWasWritten() {
    for (UserChange change : CHANGES) {
      byte[] data =
          CommandCodec.encode(new CommandEnvelope(1, 2, 3, new Command.ChangeUsers(change)));
      assertThat(CommandCodec.decode(data).command()).isEqualTo(new Command.ChangeUsers(change));
    }
  }

  @Test
  void aSnapshotHoldsUsersRolesAndWhetherTheyCount() throws IOException {
    StateMachine machine = changed();
    StateMachine restored = new StateMachine(1);
    restored.restore(reread(machine.image()));
    assertThat(restored.users().enabled()).isTrue();
    assertThat(restored.users().user("u").orElseThrow().roles().names()).containsExactly("b", "c");
    assertSame(restored.users(), machine.users());
  }

  /** Releases that know nothing of them read it, for as long as there are none. */
  @Test
  void aSnapshotWithoutUsersHasTheFirstFormat() throws IOException {
    StateMachine machine = new StateMachine(1);
    ByteArrayOutputStream before = new ByteArrayOutputStream();
    StateImageCodec.write(machine.image(), before);
    UserChange role = new UserChange.CreateRole(new Role("r", PathPermissions.NONE));
    machine.apply(1, 0, new Command.ChangeUsers(role));
    machine.apply(2, 0, new Command.ChangeUsers(new UserChange.DeleteRole("r")));
    ByteArrayOutputStream after = new ByteArrayOutputStream();
    StateImageCodec.write(machine.image(), after);
    assertThat(after.toByteArray()).isEqualTo(before.toByteArray());
  }

  @Test
  void usersAndRolesCountInTheMemoryOfTheKeys() throws IOException {
    StateMachine machine = changed();
    long before = new StateMachine(1).bytes();
    assertThat(machine.bytes()).isEqualTo(before + machine.users().bytes()).isGreaterThan(before);
    StateMachine restored = new StateMachine(1);
    restored.restore(reread(machine.image()));
    assertThat(restored.bytes()).isEqualTo(machine.bytes());
  }

  @Test
  void anImageWithoutAuthHasItsUsersStill() {
    StateMachine machine = changed();
    StateMachine restored = new StateMachine(1);
    restored.restore(machine.image().withoutAuth());
    assertThat(restored.users().enabled()).isFalse();
    assertThat(restored.users().users()).isEqualTo(machine.users().users());
    assertThat(restored.users().roles()).isEqualTo(machine.users().roles());
  }

  @Test
  void changesOfUsersLeaveTheKeysAlone() {
    StateMachine machine = changed();
    assertThat(machine.version().index()).isZero();
  }

  @Test
  void aLeaderTakesThemOnceEveryMemberKnowsThem() {
    byte[] data =
        CommandCodec.encode(new CommandEnvelope(1, 2, 3, new Command.ChangeUsers(CHANGES.get(0))));
    assertThat(new ClientCommands(100, 1_000, () -> true, () -> false).problem(data))
        .contains(ClientCommands.USERS_NOT_KNOWN_EVERYWHERE);
    assertThat(new ClientCommands(100, 1_000, () -> false, () -> true).problem(data)).isEmpty();
  }
}
