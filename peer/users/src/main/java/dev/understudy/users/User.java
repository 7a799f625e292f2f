package dev.understudy.users;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Somebody with a password.
 *
 * @param passwordHash by bcrypt, with its cost and salt; never shown to anybody
 * @param roles by their names, whether there are such roles or not
 */
public record User(String name, String passwordHash, NameList roles) {
  /** Who has the role {@code root} always. */
  public static final String ROOT = "root";

  public User {
    Objects.requireNonNull(name);
    Objects.requireNonNull(passwordHash);
    Objects.requireNonNull(roles);
  }

  /** The same with the role that its name brings. */
  User withRootRole() {
    if (!name.equals(ROOT) || roles.contains(Role.ROOT)) {
      return this;
    }
    List<String> all = new ArrayList<>(roles.names());
    all.add(Role.ROOT);
    return new User(name, passwordHash, NameList.of(all));
  }

  /** What it takes in memory, roughly. */
  long bytes() {
    return UserLimits.bytes(name) + UserLimits.bytes(passwordHash) + UserLimits.bytes(roles);
  }

  /** Whether it has this role. */
  public boolean has(String role) {
    return roles.contains(role);
  }

  /** Without what must not be seen. */
  @Override
  public String toString() {
    return name + " with roles " + roles.names();
  }
}
