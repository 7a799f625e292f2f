package dev.understudy.statemachine;

import dev.understudy.users.ChangeResult;
import dev.understudy.users.Users;

/** Users and roles. They are no keys, so no request on keys reaches them. */
final class UserAccounts implements Part {
  private volatile Users users = Users.NONE;

  Users users() {
    return users;
  }

  ChangeResult apply(Command.ChangeUsers command) {
    Users.Changed changed = users.after(command.change());
    users = changed.users();
    return changed.result();
  }

  /** No change of the seats depends on them. */
  @Override
  public boolean countsBeforeStart() {
    return false;
  }

  @Override
  public void restore(StateImage image) {
    users = image.users();
  }
}
