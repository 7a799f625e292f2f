package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.locks.LockOperation;
import dev.understudy.locks.LockOperation.Verb;
import dev.understudy.locks.Value;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.statemachine.Command;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.users.NameList;
import dev.understudy.users.PathPermissions;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryQuotaTest {
  private static final Optional<PathPermissions> PATHS =
      Optional.of(new PathPermissions(NameList.of(List.of("/a")), NameList.ABSENT));

  private static final User USER = new User("u", "hash", NameList.ABSENT);

  private final StateMachine machine = new StateMachine(1);
  private final MemoryQuota quota =
      new MemoryQuota(machine, new MemoryStorage(), DriverOptions.DEFAULT, () -> false);

  private boolean takesMemory(Command<?> command) {
    return quota.takesMemory(CommandCodec.encode(new CommandEnvelope(1, 2, 3, command)));
  }

  private boolean takesMemory(Verb verb, String value) {
    LockOperation step =
        new LockOperation(verb, "k", Value.of(value.getBytes(StandardCharsets.UTF_8)), 0, 0, "s");
    return takesMemory(new Command.ChangeEntries(List.of(step)));
  }

  @Test
  void aLockCanBeGivenBackWhenMemoryIsShort() {
    assertThat(takesMemory(Verb.UNLOCK, "")).isFalse();
    assertThat(takesMemory(Verb.UNLOCK, "value")).isTrue();
    assertThat(takesMemory(Verb.LOCK, "")).isTrue();
    assertThat(takesMemory(Verb.SET, "")).isTrue();
    assertThat(takesMemory(Verb.DELETE, "")).isFalse();
  }

  @Test
  void sessionsCanEndWhenMemoryIsShort() {
    assertThat(takesMemory(new Command.EndSessions(List.of("s")))).isFalse();
  }

  private boolean takesMemory(UserChange change) {
    return takesMemory(new Command.ChangeUsers(change));
  }

  @Test
  void whereMemoryIsShortAUserThatThereIsGetsAnotherPassword() {
    UserChange.PutUser put = new UserChange.PutUser(USER);
    assertThat(takesMemory(put)).isTrue();
    machine.apply(1, 0, new Command.ChangeUsers(put));
    assertThat(takesMemory(put)).isFalse();
  }

  @Test
  void whereMemoryIsShortUsersAndRolesAreNotMadeButUndone() {
    assertThat(takesMemory(new UserChange.CreateUser(USER))).isTrue();
    assertThat(takesMemory(new UserChange.PutUser(USER))).isTrue();
    assertThat(takesMemory(new UserChange.CreateRole(new Role("r", PATHS.get())))).isTrue();
    assertThat(takesMemory(new UserChange.UpdateUser("u", "", List.of("r"), List.of()))).isTrue();
    assertThat(takesMemory(new UserChange.UpdateRole("r", PATHS, Optional.empty()))).isTrue();

    assertThat(takesMemory(new UserChange.DeleteUser("u"))).isFalse();
    assertThat(takesMemory(new UserChange.DeleteRole("r"))).isFalse();
    assertThat(takesMemory(new UserChange.UpdateUser("u", "", List.of(), List.of("r")))).isFalse();
    assertThat(takesMemory(new UserChange.UpdateUser("u", "new", List.of(), List.of()))).isFalse();
    assertThat(takesMemory(new UserChange.UpdateRole("r", Optional.empty(), PATHS))).isFalse();
    assertThat(takesMemory(new UserChange.Enable(false))).isFalse();
  }
}
