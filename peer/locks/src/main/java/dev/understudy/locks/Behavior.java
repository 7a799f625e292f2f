package dev.understudy.locks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of the entries that a session holds when it ends. */
public enum Behavior {
  /** They are free again. */
  RELEASE,
  /** They are deleted. */
  DELETE;

  /** What clients call it. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What clients mean by a name; empty for none of these. */
  public static Optional<Behavior> of(String wireName) {
    return Arrays.stream(values()).filter(each -> each.wireName().equals(wireName)).findFirst();
  }
}
