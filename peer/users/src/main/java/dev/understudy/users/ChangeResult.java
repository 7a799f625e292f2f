package dev.understudy.users;

import java.util.Optional;

/** What became of a change. */
public sealed interface ChangeResult {
  /**
   * It was made.
   *
   * @param user as it is now, if it was one that was changed
   * @param role as it is now, if it was one that was changed
   * @param created whether the answer says so, which that to a new user with roles does not
   */
  record Done(Optional<User> user, Optional<Role> role, boolean created) implements ChangeResult {
    static final Done NOTHING_TO_SHOW = new Done(Optional.empty(), Optional.empty(), false);

    static Done of(User user, boolean created) {
      return new Done(Optional.of(user), Optional.empty(), created);
    }

    static Done of(Role role, boolean created) {
      return new Done(Optional.empty(), Optional.of(role), created);
    }
  }

  /**
   * Nothing was changed.
   *
   * @param httpStatus of the answer
   * @param message for the client, in etcd's words
   */
  record Refused(int httpStatus, String message) implements ChangeResult {}
}
