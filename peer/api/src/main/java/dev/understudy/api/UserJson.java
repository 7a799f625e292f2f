package dev.understudy.api;

import dev.understudy.api.http.JsonBytes;
import dev.understudy.users.NameList;
import dev.understudy.users.Role;
import dev.understudy.users.User;
import dev.understudy.users.Users;
import java.util.List;
import java.util.Optional;

/** Users and roles as etcd shows them; never with a hash. */
final class UserJson {
  private static final int ROUGH_BYTES = 256;

  private UserJson() {}

  static JsonBytes enabled(boolean enabled) {
    return new JsonBytes(32).ascii("{\"enabled\":").ascii(Boolean.toString(enabled)).ascii("}\n");
  }

  /** All users with their roles, and what those permit; a role that is not there is left out. */
  static JsonBytes users(Users users) {
    JsonBytes out = new JsonBytes(ROUGH_BYTES * (1 + users.storedUsers().size()));
    out.ascii("{\"users\":");
    List<User> all = users.users();
    if (all.isEmpty()) {
      out.ascii("null");
    }
    char before = '[';
    for (User user : all) {
      out.raw(before);
      List<Role> roles =
          user.roles().names().stream().map(users::role).flatMap(Optional::stream).toList();
      appendWithRoles(out, user, roles);
      before = ',';
    }
    return out.ascii(all.isEmpty() ? "}\n" : "]}\n");
  }

  static JsonBytes user(User user, List<Role> roles) {
    JsonBytes out = new JsonBytes(ROUGH_BYTES);
    appendWithRoles(out, user, roles);
    return out.raw('\n');
  }

  private static void appendWithRoles(JsonBytes out, User user, List<Role> roles) {
    out.ascii("{\"user\":").string(user.name());
    if (!roles.isEmpty()) {
      out.ascii(",\"roles\":");
      append(out, roles);
    }
    out.raw('}');
  }

  /** What a change has made of a user: roles by their names. */
  static JsonBytes user(User user) {
    JsonBytes out = new JsonBytes(ROUGH_BYTES).ascii("{\"user\":").string(user.name());
    append(out.ascii(",\"roles\":"), user.roles());
    return out.ascii("}\n");
  }

  static JsonBytes roles(Users users) {
    JsonBytes out = new JsonBytes(ROUGH_BYTES).ascii("{\"roles\":");
    append(out, users.roles());
    return out.ascii("}\n");
  }

  static JsonBytes role(Role role) {
    JsonBytes out = new JsonBytes(ROUGH_BYTES);
    append(out, role);
    return out.raw('\n');
  }

  private static void append(JsonBytes out, List<Role> roles) {
    char before = '[';
    for (Role role : roles) {
      append(out.raw(before), role);
      before = ',';
    }
    out.raw(']');
  }

  private static void append(JsonBytes out, Role role) {
    out.ascii("{\"role\":").string(role.name()).ascii(",\"permissions\":{\"kv\":{\"read\":");
    append(out, role.permissions().read());
    append(out.ascii(",\"write\":"), role.permissions().write());
    out.ascii("}}}");
  }

  private static void append(JsonBytes out, NameList names) {
    if (!names.given()) {
      out.ascii("null");
      return;
    }
    out.raw('[');
    char before = 0;
    for (String name : names.names()) {
      if (before != 0) {
        out.raw(before);
      }
      out.string(name);
      before = ',';
    }
    out.raw(']');
  }
}
