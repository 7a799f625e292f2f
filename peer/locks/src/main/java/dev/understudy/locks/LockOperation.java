package dev.understudy.locks;

import java.util.Locale;
import java.util.Objects;

/**
 * One step of a transaction on entries.
 *
 * @param key or, for trees, what the keys begin with
 * @param value for those that write
 * @param flags for those that write
 * @param index the modify index that must be there; 0 in {@link Verb#CAS}: no entry must be there
 * @param session for those that are about one
 */
public record LockOperation(
    Verb verb, String key, Value value, long flags, long index, String session) {
  /** What a step does. */
  public enum Verb {
    SET,
    CAS,
    LOCK,
    UNLOCK,
    GET,
    GET_TREE,
    CHECK_INDEX,
    CHECK_SESSION,
    CHECK_NOT_EXISTS,
    DELETE,
    DELETE_TREE,
    DELETE_CAS;

    /** What clients call it. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it changes nothing. */
    public boolean reads() {
      return this == GET
          || this == GET_TREE
          || this == CHECK_INDEX
          || this == CHECK_SESSION
          || this == CHECK_NOT_EXISTS;
    }
  }

  public LockOperation {
    Objects.requireNonNull(verb);
    Objects.requireNonNull(key);
    Objects.requireNonNull(value);
    Objects.requireNonNull(session);
  }

  /** Whether it may take memory; to give a lock back without a value takes none. */
  public boolean mayGrow() {
    return switch (verb) {
      case SET, CAS, LOCK -> true;
      case UNLOCK -> value.length() > 0;
      default -> false;
    };
  }
}
