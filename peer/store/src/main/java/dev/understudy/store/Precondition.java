package dev.understudy.store;

import dev.understudy.store.Node.Directory;
import dev.understudy.store.Node.File;
import java.util.Optional;

/**
 * Why an operation is not done: a {@link StoreError} before it is known at which index. Here stand
 * all reasons, each operation's in the order in which etcd checks them.
 */
record Precondition(int code, String cause) {
  /** This, at the index of the version that refused. */
  StoreError at(long index) {
    return new StoreError(code, cause, index);
  }

  static Optional<Precondition> toSet(PathCursor descent, boolean refresh) {
    if (descent.toRoot()) {
      return rootIsReadOnly();
    }
    if (descent.blocked() || (refresh && descent.found() == null)) {
      return descent.absence();
    }
    return descent.found() instanceof Directory ? notAFile(descent.path()) : Optional.empty();
  }

  static Optional<Precondition> toCreate(PathCursor descent) {
    if (descent.toRoot()) {
      return rootIsReadOnly();
    }
    if (descent.blocked()) {
      return descent.absence();
    }
    return descent.found() == null
        ? Optional.empty()
        : refusal(StoreError.KEY_EXISTS, descent.path());
  }

  static Optional<Precondition> toUpdate(PathCursor descent, String value) {
    if (descent.toRoot()) {
      return rootIsReadOnly();
    }
    Optional<Precondition> absence = descent.absence();
    if (absence.isPresent()) {
      return absence;
    }
    return descent.found() instanceof Directory && !value.isEmpty()
        ? notAFile(descent.path())
        : Optional.empty();
  }

  static Optional<Precondition> toDelete(PathCursor descent, boolean dir, boolean recursive) {
    if (descent.toRoot()) {
      return rootIsReadOnly();
    }
    Optional<Precondition> absence = descent.absence();
    if (absence.isPresent() || recursive || !(descent.found() instanceof Directory directory)) {
      return absence;
    }
    if (!dir) {
      return notAFile(descent.path());
    }
    return directory.nodesBeneath() > 0
        ? refusal(StoreError.DIRECTORY_NOT_EMPTY, descent.path())
        : Optional.empty();
  }

  static Optional<Precondition> toSwap(PathCursor descent, String prevValue, long prevIndex) {
    return descent.toRoot() ? rootIsReadOnly() : toCompare(descent, prevValue, prevIndex);
  }

  /** To compare and delete; of the root it says what it says of every directory. */
  static Optional<Precondition> toCompare(PathCursor descent, String prevValue, long prevIndex) {
    Optional<Precondition> absence = descent.absence();
    if (absence.isPresent()) {
      return absence;
    }
    if (!(descent.found() instanceof File file)) {
      // The root has no name in the v2 API, and so the cause is empty.
      return notAFile(descent.toRoot() ? "" : descent.path());
    }
    String cause = difference(file, prevValue, prevIndex);
    return cause.isEmpty() ? Optional.empty() : refusal(StoreError.COMPARE_FAILED, cause);
  }

  /** How a file differs from what was expected, in etcd's words; empty if it does not. */
  private static String difference(File file, String prevValue, long prevIndex) {
    boolean valueDiffers = !prevValue.isEmpty() && !prevValue.equals(file.value());
    boolean indexDiffers = prevIndex != 0 && prevIndex != file.modifiedIndex();
    String values = valueDiffers ? "[" + prevValue + " != " + file.value() + "]" : "";
    String indexes =
        indexDiffers
            ? "[" + Long.toUnsignedString(prevIndex) + " != " + file.modifiedIndex() + "]"
            : "";
    return valueDiffers && indexDiffers ? values + " " + indexes : values + indexes;
  }

  private static Optional<Precondition> rootIsReadOnly() {
    return refusal(StoreError.ROOT_READ_ONLY, KeyPath.ROOT);
  }

  private static Optional<Precondition> notAFile(String cause) {
    return refusal(StoreError.NOT_A_FILE, cause);
  }

  private static Optional<Precondition> refusal(int code, String cause) {
    return Optional.of(new Precondition(code, cause));
  }
}
