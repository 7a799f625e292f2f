package dev.understudy.users;

import static dev.understudy.users.ChangeRefusedException.BAD_REQUEST;
import static dev.understudy.users.ChangeRefusedException.CONFLICT;
import static dev.understudy.users.ChangeRefusedException.FORBIDDEN;
import static dev.understudy.users.ChangeRefusedException.NOT_FOUND;

import dev.understudy.users.ChangeResult.Done;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Works on one change: the rules and the words are those of etcd 3.4's {@code v2auth}. */
final class Changes {
  private final Users before;
  private final SortedMap<String, User> users;
  private final SortedMap<String, Role> roles;
  private boolean enabled;
  private long bytes;

  Changes(Users before) {
    this.before = before;
    this.users = new TreeMap<>(before.usersByName());
    this.roles = new TreeMap<>(before.rolesByName());
    this.enabled = before.enabled();
    this.bytes = before.bytes();
  }

  Users result() {
    return new Users(enabled, users, roles, bytes);
  }

  private void put(User user) throws ChangeRefusedException {
    UserLimits.check(user);
    User old = users.put(user.name(), user);
    UserLimits.checkNumber("users", users.size(), UserLimits.MAX_USERS);
    bytes += user.bytes() - (old == null ? 0 : old.bytes());
  }

  private void put(Role role) throws ChangeRefusedException {
    UserLimits.check(role);
    Role old = roles.put(role.name(), role);
    UserLimits.checkNumber("roles", roles.size(), UserLimits.MAX_ROLES);
    bytes += role.bytes() - (old == null ? 0 : old.bytes());
  }

  ChangeResult make(UserChange change) throws ChangeRefusedException {
    if (change instanceof UserChange.CreateUser create) {
      return Done.of(create(create.user()), false);
    } else if (change instanceof UserChange.PutUser put) {
      return putUser(put.user());
    } else if (change instanceof UserChange.UpdateUser update) {
      return Done.of(update(update), false);
    } else if (change instanceof UserChange.DeleteUser delete) {
      return deleteUser(delete.name());
    } else if (change instanceof UserChange.CreateRole create) {
      return Done.of(create(create.role()), true);
    } else if (change instanceof UserChange.UpdateRole update) {
      return Done.of(update(update), false);
    } else if (change instanceof UserChange.DeleteRole delete) {
      return deleteRole(delete.name());
    }
    return enable(((UserChange.Enable) change).on());
  }

  // ---- users

  private Done putUser(User user) throws ChangeRefusedException {
    return users.containsKey(user.name())
        ? Done.of(
            update(
                new UserChange.UpdateUser(user.name(), user.passwordHash(), List.of(), List.of())),
            false)
        : Done.of(create(user), true);
  }

  private User create(User given) throws ChangeRefusedException {
    User user = given.withRootRole();
    if (user.passwordHash().isEmpty()) {
      throw new ChangeRefusedException(
          BAD_REQUEST, "Cannot create user " + user.name() + " with an empty password");
    }
    if (users.containsKey(user.name())) {
      throw new ChangeRefusedException(CONFLICT, "User " + user.name() + " already exists.");
    }
    put(user);
    return user;
  }

  private User update(UserChange.UpdateUser change) throws ChangeRefusedException {
    String name = change.name();
    User old =
        before
            .user(name)
            .orElseThrow(
                () -> new ChangeRefusedException(NOT_FOUND, "User " + name + " does not exist."));
    TreeSet<String> now = new TreeSet<>(old.roles().names());
    for (String role : change.grant()) {
      if (!now.add(role)) {
        throw new ChangeRefusedException(
            CONFLICT, "Granting duplicate role " + role + " for user " + name);
      }
    }
    for (String role : change.revoke()) {
      if (!now.remove(role)) {
        throw new ChangeRefusedException(
            CONFLICT, "Revoking ungranted role " + role + " for user " + name);
      }
    }
    String hash = change.passwordHash().isEmpty() ? old.passwordHash() : change.passwordHash();
    User updated = new User(name, hash, NameList.sorted(now));
    if (updated.equals(old)) {
      throw new ChangeRefusedException(
          BAD_REQUEST, "User not updated. Use grant/revoke/password to update the user.");
    }
    put(updated);
    return updated;
  }

  private Done deleteUser(String name) throws ChangeRefusedException {
    if (enabled && name.equals(User.ROOT)) {
      throw new ChangeRefusedException(FORBIDDEN, "Cannot delete root user while auth is enabled.");
    }
    User gone = users.remove(name);
    if (gone == null) {
      throw new ChangeRefusedException(NOT_FOUND, "User " + name + " does not exist");
    }
    bytes -= gone.bytes();
    return Done.NOTHING_TO_SHOW;
  }

  // ---- roles

  private static void refuseRoot(String role) throws ChangeRefusedException {
    if (role.equals(Role.ROOT)) {
      throw new ChangeRefusedException(FORBIDDEN, "Cannot modify role " + role + ": is root role.");
    }
  }

  private Role create(Role role) throws ChangeRefusedException {
    refuseRoot(role.name());
    if (roles.containsKey(role.name())) {
      throw new ChangeRefusedException(CONFLICT, "Role " + role.name() + " already exists.");
    }
    put(role);
    return role;
  }

  private Role update(UserChange.UpdateRole change) throws ChangeRefusedException {
    String name = change.name();
    refuseRoot(name);
    Role old = roles.get(name);
    if (old == null) {
      throw new ChangeRefusedException(NOT_FOUND, "Role " + name + " does not exist.");
    }
    PathPermissions now = revoked(granted(old.permissions(), change.grant()), change.revoke());
    Role updated = new Role(name, now);
    if (updated.equals(old)) {
      throw new ChangeRefusedException(
          BAD_REQUEST, "Role not updated. Use grant/revoke to update the role.");
    }
    put(updated);
    return updated;
  }

  private static PathPermissions granted(PathPermissions old, Optional<PathPermissions> more)
      throws ChangeRefusedException {
    if (more.isEmpty()) {
      return old;
    }
    return new PathPermissions(
        granted(old.read(), more.get().read(), "read"),
        granted(old.write(), more.get().write(), "write"));
  }

  private static NameList granted(NameList old, NameList more, String what)
      throws ChangeRefusedException {
    TreeSet<String> now = new TreeSet<>(old.names());
    for (String pattern : more.names()) {
      if (!now.add(pattern)) {
        throw new ChangeRefusedException(
            CONFLICT, "Granting duplicate " + what + " permission " + pattern);
      }
    }
    return NameList.sorted(now);
  }

  /** What was never granted is gone already. */
  private static PathPermissions revoked(PathPermissions old, Optional<PathPermissions> less) {
    if (less.isEmpty()) {
      return old;
    }
    return new PathPermissions(
        revoked(old.read(), less.get().read()), revoked(old.write(), less.get().write()));
  }

  private static NameList revoked(NameList old, NameList less) {
    TreeSet<String> now = new TreeSet<>(old.names());
    now.removeAll(less.names());
    return NameList.sorted(now);
  }

  private Done deleteRole(String name) throws ChangeRefusedException {
    refuseRoot(name);
    Role gone = roles.remove(name);
    if (gone == null) {
      throw new ChangeRefusedException(NOT_FOUND, "Role " + name + " doesn't exist.");
    }
    bytes -= gone.bytes();
    return Done.NOTHING_TO_SHOW;
  }

  // ---- whether anybody is asked

  private Done enable(boolean on) throws ChangeRefusedException {
    if (enabled == on) {
      throw new ChangeRefusedException(CONFLICT, on ? "already enabled" : "already disabled");
    }
    if (on && !users.containsKey(User.ROOT)) {
      throw new ChangeRefusedException(CONFLICT, "No root user available, please create one");
    }
    if (on && !roles.containsKey(Role.GUEST)) {
      put(Role.overAll(Role.GUEST));
    }
    enabled = on;
    return Done.NOTHING_TO_SHOW;
  }
}
