package dev.understudy.users;

import static dev.understudy.users.ChangeRefusedException.BAD_REQUEST;
import static dev.understudy.users.ChangeRefusedException.FORBIDDEN;

/**
 * How many users and roles there may be, and how long what is in them. All of it together counts in
 * the memory of the keys besides.
 *
 * <p>Every peer has to judge a change alike, so another number here is another protocol: peers of
 * both releases may be in one cluster.
 */
public final class UserLimits {
  /** A change costs the time to copy a map of them: about a millisecond. */
  public static final int MAX_USERS = 10_000;

  public static final int MAX_ROLES = 1_000;
  public static final int MAX_ROLES_OF_A_USER = 100;

  /** Of a role, for reading, and as many for writing: each request looks at all of them. */
  public static final int MAX_PATTERNS = 1_000;

  public static final int MAX_NAME_CHARS = 128;

  /** The longest key. */
  public static final int MAX_PATTERN_CHARS = 8 << 10;

  /** What bcrypt takes notice of: of longer ones, the rest would not matter. */
  public static final int MAX_PASSWORD_BYTES = 72;

  /** What an object of the Java machine takes beside its characters, roughly. */
  private static final long OBJECT_BYTES = 64;

  private UserLimits() {}

  /** What a text takes in memory, roughly. */
  static long bytes(String text) {
    return OBJECT_BYTES + text.length();
  }

  /** What names take in memory, roughly. */
  static long bytes(NameList names) {
    long bytes = OBJECT_BYTES;
    for (String name : names.names()) {
      bytes += bytes(name);
    }
    return bytes;
  }

  static void check(User user) throws ChangeRefusedException {
    checkName("user", user.name());
    checkNumber("roles of a user", user.roles().names().size(), MAX_ROLES_OF_A_USER);
    for (String role : user.roles().names()) {
      checkName("role", role);
    }
  }

  static void check(Role role) throws ChangeRefusedException {
    checkName("role", role.name());
    check("reading", role.permissions().read());
    check("writing", role.permissions().write());
  }

  private static void check(String what, NameList patterns) throws ChangeRefusedException {
    checkNumber("patterns of a role for " + what, patterns.names().size(), MAX_PATTERNS);
    for (String pattern : patterns.names()) {
      if (pattern.length() > MAX_PATTERN_CHARS) {
        throw new ChangeRefusedException(
            BAD_REQUEST, "A pattern may have at most " + MAX_PATTERN_CHARS + " characters.");
      }
    }
  }

  private static void checkName(String what, String name) throws ChangeRefusedException {
    if (name.length() > MAX_NAME_CHARS) {
      throw new ChangeRefusedException(
          BAD_REQUEST,
          "The name of a " + what + " may have at most " + MAX_NAME_CHARS + " characters.");
    }
  }

  static void checkNumber(String what, int number, int max) throws ChangeRefusedException {
    if (number > max) {
      throw new ChangeRefusedException(FORBIDDEN, "There may be at most " + max + " " + what + ".");
    }
  }
}
