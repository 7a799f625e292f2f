package dev.understudy.users;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All users and roles at one moment, and whether clients are asked who they are. Immutable; a
 * change makes another one, at the cost of all that there are.
 */
public final class Users {
  /** Nobody, and nobody is asked. */
  public static final Users NONE = new Users(false, new TreeMap<>(), new TreeMap<>(), 0);

  private static final Role ROOT_ROLE = Role.overAll(Role.ROOT);

  private final boolean enabled;
  private final SortedMap<String, User> users;
  private final SortedMap<String, Role> roles;
  private final long bytes;

  /**
   * @param bytes what users and roles take in memory
   */
  Users(boolean enabled, SortedMap<String, User> users, SortedMap<String, Role> roles, long bytes) {
    this.enabled = enabled;
    this.bytes = bytes;
    this.users = Collections.unmodifiableSortedMap(users);
    this.roles = Collections.unmodifiableSortedMap(roles);
  }

  /** As they were written down. */
  public static Users of(boolean enabled, Collection<User> users, Collection<Role> roles) {
    SortedMap<String, User> byName = new TreeMap<>();
    users.forEach(user -> byName.put(user.name(), user));
    SortedMap<String, Role> rolesByName = new TreeMap<>();
    roles.forEach(role -> rolesByName.put(role.name(), role));
    long bytes =
        byName.values().stream().mapToLong(User::bytes).sum()
            + rolesByName.values().stream().mapToLong(Role::bytes).sum();
    return new Users(enabled, byName, rolesByName, bytes);
  }

  /** The same, where nobody is asked who they are. */
  public Users withoutAuth() {
    return new Users(false, users, roles, bytes);
  }

  /** About what they take in memory. */
  public long bytes() {
    return bytes;
  }

  /** Whether clients are asked who they are. */
  public boolean enabled() {
    return enabled;
  }

  /** Whether there is anything to write down. */
  public boolean isUsed() {
    return enabled || !users.isEmpty() || !roles.isEmpty();
  }

  /** To write them down: without what is the same always. */
  public Collection<User> storedUsers() {
    return users.values();
  }

  /** To write them down: without what is the same always. */
  public Collection<Role> storedRoles() {
    return roles.values();
  }

  /** All users, by name. */
  public List<User> users() {
    return users.values().stream().map(User::withRootRole).toList();
  }

  /** All roles, by name; {@code root} is always among them. */
  public List<Role> roles() {
    SortedMap<String, Role> all = new TreeMap<>(roles);
    all.put(Role.ROOT, ROOT_ROLE);
    return new ArrayList<>(all.values());
  }

  /** A user. */
  public Optional<User> user(String name) {
    User user = users.get(name);
    return user == null ? Optional.empty() : Optional.of(user.withRootRole());
  }

  /** A role. */
  public Optional<Role> role(String name) {
    return name.equals(Role.ROOT) ? Optional.of(ROOT_ROLE) : Optional.ofNullable(roles.get(name));
  }

  /**
   * Whether a user may read or write a path.
   *
   * @param recursive with all beneath
   */
  public boolean permit(String userName, String path, boolean writes, boolean recursive) {
    User user = users.get(userName);
    if (user == null) {
      return false;
    }
    for (String name : user.withRootRole().roles().names()) {
      if (role(name).filter(role -> role.permits(path, writes, recursive)).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** The same for those who say nothing of themselves. */
  public boolean permitGuest(String path, boolean writes, boolean recursive) {
    return role(Role.GUEST).filter(role -> role.permits(path, writes, recursive)).isPresent();
  }

  /** Whether a user has a role, be there such a role or not. */
  public boolean has(String userName, String role) {
    return user(userName).filter(user -> user.has(role)).isPresent();
  }

  /** These after a change, and what that came to. */
  public record Changed(Users users, ChangeResult result) {}

  /** Makes a change, or none. */
  public Changed after(UserChange change) {
    Changes changes = new Changes(this);
    try {
      ChangeResult result = changes.make(change);
      return new Changed(changes.result(), result);
    } catch (ChangeRefusedException e) {
      return new Changed(this, e.result());
    }
  }

  Map<String, User> usersByName() {
    return users;
  }

  Map<String, Role> rolesByName() {
    return roles;
  }
}
