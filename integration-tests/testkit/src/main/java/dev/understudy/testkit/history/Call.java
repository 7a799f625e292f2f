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

  /** What this writes; empty for what reads or deletes. */
  default Optional<String> written() {
    return Optional.empty();
  }

  /**
   * Reads a key.
   *
   * @param quorum whether the read is linearizable; otherwise it shows the state of any one peer
   */
  record Read(String key, boolean quorum) implements Call {}

  /** Writes a value, whatever was there. */
  record Set(String key, String value, OptionalLong ttlMillis) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }
  }

  /** Writes a value where there is none. */
  record Create(String key, String value, OptionalLong ttlMillis) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }
  }

  /** Replaces a value if it is as expected; the key lives for ever then. */
  record CompareAndSwap(String key, Expected expected, String value) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
    }
  }

  /** Deletes a key. */
  record Delete(String key) implements Call {}

  /** Deletes a key if it is as expected. */
  record CompareAndDelete(String key, Expected expected) implements Call {}

  /** Makes an entry in the directory {@code key}, whose name is the index of its creation. */
  record CreateInOrder(String key, String value) implements Call {
    @Override
    public Optional<String> written() {
      return Optional.of(value);
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
  }
}
