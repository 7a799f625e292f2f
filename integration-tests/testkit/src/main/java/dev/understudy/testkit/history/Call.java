package dev.understudy.testkit.history;

import java.util.Optional;
import java.util.OptionalLong;

/** What a client asks for: one operation on one key. */
public sealed interface Call {
  /** The key; for an entry in order, the directory. */
  String key();

  /** Whether the operation may change the key. */
  default boolean writes() {
    return !(this instanceof Read);
  }

  /** How long what this writes is to live, in milliseconds; empty: for ever. */
  default OptionalLong ttlMillis() {
    return OptionalLong.empty();
  }

  private static String lifetime(OptionalLong ttlMillis) {
    return ttlMillis.isPresent() ? " for " + ttlMillis.getAsLong() + " ms" : "";
  }

  /** What this writes; empty for what reads or deletes. */
  default Optional<String> written() {
    return Optional.empty();
  }

  /**
   * Reads a key.
   *
   * @param quorum whether the read is linearizable; otherwise it shows the state of any one peer
   */
  record Read(String key, boolean quorum) implements Call {
    @Override
    public String toString() {
      return (quorum ? "read " : "read locally ") + key;
    }
  }

  /** Writes a value, whatever was there. */
  record Set(String key, String value, OptionalLong ttlMillis) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return "set " + key + " = \"" + value + '"' + lifetime(ttlMillis);
    }
  }

  /** Writes a value where there is none. */
  record Create(String key, String value, OptionalLong ttlMillis) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return "create " + key + " = \"" + value + '"' + lifetime(ttlMillis);
    }
  }

  /** Replaces a value if it is as expected; the key lives for ever then. */
  record CompareAndSwap(String key, Expected expected, String value) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return "swap " + key + " = \"" + value + "\" if " + expected;
    }
  }

  /** Deletes a key. */
  record Delete(String key) implements Call {
    @Override
    public String toString() {
      return "delete " + key;
    }
  }

  /** Deletes a key if it is as expected. */
  record CompareAndDelete(String key, Expected expected) implements Call {
    @Override
    public String toString() {
      return "delete " + key + " if " + expected;
    }
  }

  /** Makes an entry in the directory {@code key}, whose name is the index of its creation. */
  record CreateInOrder(String key, String value) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }

    @Override
    public String toString() {
      return "create in " + key + " = \"" + value + '"';
    }
  }

  /**
   * What must be there for a swap or a conditional deletion.
   *
   * @param value empty: not compared
   * @param index the modified index; 0: not compared
   */
  record Expected(Optional<String> value, long index) {
    /** This value. */
    public static Expected value(String value) {
      return new Expected(Optional.of(value), 0);
    }

    /** This modified index. */
    public static Expected index(long index) {
      return new Expected(Optional.empty(), index);
    }

    @Override
    public String toString() {
      return value.map(each -> '"' + each + "\" ").orElse("") + (index == 0 ? "" : "@" + index);
    }
  }
}
