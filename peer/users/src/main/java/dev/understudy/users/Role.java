package dev.understudy.users;

import java.util.List;
import java.util.Objects;

/** A name for permissions, to be granted to users. */
public record Role(String name, PathPermissions permissions) {
  /** Whoever has it may do everything. */
  public static final String ROOT = "root";

  /** What those may do who say nothing of themselves. */
  public static final String GUEST = "guest";

  /** Whoever has it may look after the cluster: its machines, its config, its backups. */
  public static final String OPERATOR = "operator";

  private static final NameList ALL = NameList.of(List.of("/*"));

  public Role {
    Objects.requireNonNull(name);
    Objects.requireNonNull(permissions);
  }

  /** A role that may read and write all keys. */
  static Role overAll(String name) {
    return new Role(name, new PathPermissions(ALL, ALL));
  }

  /** What it takes in memory, roughly. */
  long bytes() {
    return UserLimits.bytes(name)
        + UserLimits.bytes(permissions.read())
        + UserLimits.bytes(permissions.write());
  }

  boolean permits(String path, boolean writes, boolean recursive) {
    return name.equals(ROOT) || permissions.permit(path, writes, recursive);
  }
}
