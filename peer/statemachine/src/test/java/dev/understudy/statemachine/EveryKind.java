package dev.understudy.statemachine;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.locks.Behavior;
import dev.understudy.locks.LockOperation;
import dev.understudy.locks.Session;
import dev.understudy.locks.Value;
import dev.understudy.store.Operation;
import dev.understudy.users.NameList;
import dev.understudy.users.PathPermissions;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.UserChange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Commands and operations of every kind there is; {@link CommandCodecTest} sees to it. */
final class EveryKind {
  static final List<Operation> OPERATIONS = operations();
  static final List<Command<?>> COMMANDS = commands();

  private EveryKind() {}

  private static List<Operation> operations() {
    OptionalLong ttl = OptionalLong.of(1_500);
    OptionalLong zero = OptionalLong.of(0);
    OptionalLong none = OptionalLong.empty();
    return List.of(
        new Operation.Set("/a", false, "v", none, false),
        new Operation.Set("/a", true, "", ttl, false),
        new Operation.Set("/ä/ö", false, "", zero, true),
        new Operation.Create("/a", false, "v", ttl),
        new Operation.Create("/a", true, "", none),
        new Operation.CreateInOrder("/q", false, "v", none),
        new Operation.CreateInOrder("/q", true, "", ttl),
        new Operation.Update("/a", "v", none, false),
        new Operation.Update("/a", "", ttl, true),
        new Operation.CompareAndSwap("/a", "old", 0, "v", none, false),
        new Operation.CompareAndSwap("/a", "", Long.MAX_VALUE, "v", ttl, true),
        new Operation.Delete("/a", false, false),
        new Operation.Delete("/a", true, true),
        new Operation.CompareAndDelete("/a", "old", 7),
        new Operation.CompareAndDelete("/a", "", 7));
  }

  private static List<Command<?>> commands() {
    List<Command<?>> commands = new ArrayList<>();
    OPERATIONS.forEach(operation -> commands.add(new Command.WriteKey(operation)));
    commands.add(new Command.StampTime());
    commands.add(new Command.SetClusterConfig("{\"activeSize\": 5}"));
    commands.add(new Command.CreateCluster(ClusterConfig.DEFAULT.toJson(), 2));
    commands.add(new Command.ChangeSeats("a", -1, Long.MIN_VALUE, "http://a:1", "http://a:2"));
    commands.add(Command.ChangeSeats.take("a", 7));
    commands.add(Command.ChangeSeats.take("a", 7).recording(new Incarnation(7, -7)));
    commands.add(new Command.RecordStart(-1, new Incarnation(3, Long.MIN_VALUE)));
    Session session =
        new Session("i", "n", "m", List.of("serfHealth"), 15_000, Behavior.DELETE, 10_000, 0);
    commands.add(new Command.CreateSession(session));
    commands.add(new Command.EndSessions(List.of("i", "j")));
    commands.add(new Command.EndSessions(List.of()));
    commands.add(
        new Command.ChangeEntries(
            Arrays.stream(LockOperation.Verb.values())
                .map(
                    verb ->
                        new LockOperation(
                            verb, "k/ö", Value.of(new byte[] {0, -1}), -1, Long.MAX_VALUE, "i"))
                .toList()));
    userChanges().forEach(change -> commands.add(new Command.ChangeUsers(change)));
    return List.copyOf(commands);
  }

  private static List<UserChange> userChanges() {
    NameList names = NameList.of(List.of("/a/*", "ö"));
    PathPermissions paths = new PathPermissions(names, NameList.ABSENT);
    return List.of(
        new UserChange.CreateUser(new User("u", "$2a$", names)),
        new UserChange.PutUser(new User("u", "", NameList.ABSENT)),
        new UserChange.UpdateUser("u", "$2a$", List.of("r"), List.of("s", "t")),
        new UserChange.UpdateUser("u", "", List.of(), List.of()),
        new UserChange.DeleteUser("u"),
        new UserChange.CreateRole(new Role("r", paths)),
        new UserChange.UpdateRole("r", Optional.of(paths), Optional.empty()),
        new UserChange.UpdateRole("r", Optional.empty(), Optional.of(PathPermissions.NONE)),
        new UserChange.DeleteRole("r"),
        new UserChange.Enable(true),
        new UserChange.Enable(false));
  }
}
