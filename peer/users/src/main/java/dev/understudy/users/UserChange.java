package dev.understudy.users;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One change of users, roles, or of whether they are asked for. Each is judged when applied. */
public sealed interface UserChange {
  /** What is changed, without any secret. */
  String text();

  /**
   * Whether there may be more in memory behind it than before.
   *
   * @param now what it is likely to be applied to: changes under way may come first
   */
  default boolean mayGrow(Users now) {
    return true;
  }

  /** A new user; refused when there is one. */
  record CreateUser(User user) implements UserChange {
    public CreateUser {
      Objects.requireNonNull(user);
    }

    @Override
    public String text() {
      return "create user " + user;
    }
  }

  /**
   * A new user, or another password for one that there is.
   *
   * @param user its roles count for a new one alone; its hash is empty when no password was given
   */
  record PutUser(User user) implements UserChange {
    public PutUser {
      Objects.requireNonNull(user);
    }

    @Override
    public String text() {
      return "set user " + user.name();
    }

    /** For a user that there is, a hash takes the place of another. */
    @Override
    public boolean mayGrow(Users now) {
      return now.user(user.name()).isEmpty();
    }
  }

  /**
   * Other roles or another password for a user.
   *
   * @param passwordHash empty to leave it as it is
   */
  record UpdateUser(String name, String passwordHash, List<String> grant, List<String> revoke)
      implements UserChange {
    public UpdateUser {
      Objects.requireNonNull(name);
      Objects.requireNonNull(passwordHash);
      grant = List.copyOf(grant);
      revoke = List.copyOf(revoke);
    }

    @Override
    public String text() {
      return "update user "
          + name
          + (grant.isEmpty() ? "" : " grant " + grant)
          + (revoke.isEmpty() ? "" : " revoke " + revoke)
          + (passwordHash.isEmpty() ? "" : " with a password");
    }

    /** A hash takes the place of one that is as long. */
    @Override
    public boolean mayGrow(Users now) {
      return !grant.isEmpty();
    }
  }

  /** Ends a user. */
  record DeleteUser(String name) implements UserChange {
    public DeleteUser {
      Objects.requireNonNull(name);
    }

    @Override
    public String text() {
      return "delete user " + name;
    }

    @Override
    public boolean mayGrow(Users now) {
      return false;
    }
  }

  /** A new role. */
  record CreateRole(Role role) implements UserChange {
    public CreateRole {
      Objects.requireNonNull(role);
    }

    @Override
    public String text() {
      return "create role " + role.name() + UserChange.text("", role.permissions());
    }
  }

  /** Other permissions for a role. */
  record UpdateRole(String name, Optional<PathPermissions> grant, Optional<PathPermissions> revoke)
      implements UserChange {
    public UpdateRole {
      Objects.requireNonNull(name);
      Objects.requireNonNull(grant);
      Objects.requireNonNull(revoke);
    }

    @Override
    public String text() {
      return "update role "
          + name
          + grant.map(paths -> UserChange.text(" grant", paths)).orElse("")
          + revoke.map(paths -> UserChange.text(" revoke", paths)).orElse("");
    }

    @Override
    public boolean mayGrow(Users now) {
      return grant.isPresent();
    }
  }

  /** Ends a role. */
  record DeleteRole(String name) implements UserChange {
    public DeleteRole {
      Objects.requireNonNull(name);
    }

    @Override
    public String text() {
      return "delete role " + name;
    }

    @Override
    public boolean mayGrow(Users now) {
      return false;
    }
  }

  /** From now on clients are asked who they are, or no longer. */
  record Enable(boolean on) implements UserChange {
    @Override
    public String text() {
      return on ? "enable auth" : "disable auth";
    }

    /** By a role {@code guest}, once. */
    @Override
    public boolean mayGrow(Users now) {
      return false;
    }
  }

  private static String text(String verb, PathPermissions paths) {
    return verb
        + (paths.read().isEmpty() ? "" : " read " + paths.read().names())
        + (paths.write().isEmpty() ? "" : " write " + paths.write().names());
  }
}
