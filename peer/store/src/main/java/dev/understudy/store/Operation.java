package dev.understudy.store;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * A write to the store. Paths need not be clean (see {@link KeyPath}). A {@code ttlMillis} counts
 * from the time at which the operation is applied; absent, the node is permanent. {@code refresh}
 * keeps the value that is there and tells no watcher.
 */
public sealed interface Operation {
  /** The key that is written; for {@link CreateInOrder} the directory. */
  String path();

  /**
   * Whether the tree may take more memory afterwards. What deletes does not, nor does what only
   * renews a time to live.
   */
  default boolean mayGrow() {
    if (this instanceof Set set) {
      return !set.refresh();
    } else if (this instanceof Update update) {
      return !update.refresh();
    } else if (this instanceof CompareAndSwap swap) {
      return !swap.refresh();
    }
    return this instanceof Create || this instanceof CreateInOrder;
  }

  /**
   * Writes a file, or makes a directory, whether or not there was a file before. A directory is
   * never replaced.
   */
  record Set(String path, boolean dir, String value, OptionalLong ttlMillis, boolean refresh)
      implements Operation {
    public Set {
      Objects.requireNonNull(path);
      Objects.requireNonNull(value);
      Objects.requireNonNull(ttlMillis);
    }
  }

  /** Makes a file or a directory where there is neither. */
  record Create(String path, boolean dir, String value, OptionalLong ttlMillis)
      implements Operation {
    public Create {
      Objects.requireNonNull(path);
      Objects.requireNonNull(value);
      Objects.requireNonNull(ttlMillis);
    }
  }

  /**
   * Makes a file or a directory in the directory {@code path}; its name is the index of its
   * creation, in 20 digits.
   */
  record CreateInOrder(String path, boolean dir, String value, OptionalLong ttlMillis)
      implements Operation {
    public CreateInOrder {
      Objects.requireNonNull(path);
      Objects.requireNonNull(value);
      Objects.requireNonNull(ttlMillis);
    }
  }

  /** Changes the value and the time to live of a file, or the time to live of a directory. */
  record Update(String path, String value, OptionalLong ttlMillis, boolean refresh)
      implements Operation {
    public Update {
      Objects.requireNonNull(path);
      Objects.requireNonNull(value);
      Objects.requireNonNull(ttlMillis);
    }
  }

  /**
   * Changes a file if it is as expected.
   *
   * @param prevValue the value that must be there; empty: not compared
   * @param prevIndex the modified index that must be there; 0: not compared
   */
  record CompareAndSwap(
      String path,
      String prevValue,
      long prevIndex,
      String value,
      OptionalLong ttlMillis,
      boolean refresh)
      implements Operation {
    public CompareAndSwap {
      Objects.requireNonNull(path);
      Objects.requireNonNull(prevValue);
      Objects.requireNonNull(value);
      Objects.requireNonNull(ttlMillis);
    }
  }

  /**
   * Deletes a file; with {@code dir} also an empty directory; with {@code recursive} a directory
   * and all that is beneath.
   */
  record Delete(String path, boolean dir, boolean recursive) implements Operation {
    public Delete {
      Objects.requireNonNull(path);
    }
  }

  /**
   * Deletes a file if it is as expected.
   *
   * @param prevValue the value that must be there; empty: not compared
   * @param prevIndex the modified index that must be there; 0: not compared
   */
  record CompareAndDelete(String path, String prevValue, long prevIndex) implements Operation {
    public CompareAndDelete {
      Objects.requireNonNull(path);
      Objects.requireNonNull(prevValue);
    }
  }
}
