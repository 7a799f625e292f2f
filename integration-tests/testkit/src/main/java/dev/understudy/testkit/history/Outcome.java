package dev.understudy.testkit.history;

import java.util.Optional;

/** What became of a call, as its client knows it. */
public sealed interface Outcome {
  /**
   * A key as it was seen.
   *
   * @param index its modified index
   */
  record Node(String value, long index) {
    @Override
    public String toString() {
      return '"' + value + "\" @" + index;
    }
  }

  /**
   * A write was done.
   *
   * @param index its index, which is the key's modified index from then on
   * @param before the key before it; empty when there was none
   */
  record Written(long index, Optional<Node> before) implements Outcome {
    @Override
    public String toString() {
      return "written @"
          + index
          + before.map(node -> ", before it " + node).orElse(", was not there");
    }
  }

  /**
   * An entry in order was made.
   *
   * @param key the entry, as the answer names it
   * @param index of the write
   */
  record Entered(String key, long index) implements Outcome {
    @Override
    public String toString() {
      return "made " + key + " @" + index;
    }
  }

  /**
   * A read found the key.
   *
   * @param storeIndex the index of the state that was read
   */
  record Shown(Node node, long storeIndex) implements Outcome {
    @Override
    public String toString() {
      return node + " of the state @" + storeIndex;
    }
  }

  /**
   * A read found no key.
   *
   * @param storeIndex the index of the state that was read
   */
  record Absent(long storeIndex) implements Outcome {
    @Override
    public String toString() {
      return "no key in the state @" + storeIndex;
    }
  }

  /**
   * The state of the key did not permit the write: it was not done, and that tells of the state.
   *
   * @param code {@link #NOT_FOUND}, {@link #COMPARE_FAILED} or {@link #EXISTS}, or one that no call
   *     on these keys should get
   * @param storeIndex the index of the state that did not permit it
   */
  record Refused(int code, long storeIndex) implements Outcome {
    @Override
    public String toString() {
      return "refused with code " + code + " by the state @" + storeIndex;
    }
  }

  /** It was certainly not done, and never will be. */
  record Failed(String reason) implements Outcome {
    @Override
    public String toString() {
      return "failed: " + reason;
    }
  }

  /** It may have been done, or may yet be done once, at any time. */
  record Unknown(String reason) implements Outcome {
    @Override
    public String toString() {
      return "outcome unknown: " + reason;
    }
  }

  int NOT_FOUND = 100;
  int COMPARE_FAILED = 101;
  int EXISTS = 105;

  /** Whether it tells of the state of the key at one moment between invocation and response. */
  default boolean definite() {
    return !(this instanceof Failed) && !(this instanceof Unknown);
  }

  /**
   * The index of the state that it tells of: for a write, that of the write itself. 0 when it tells
   * of none.
   */
  default long stateIndex() {
    if (this instanceof Written written) {
      return written.index();
    } else if (this instanceof Entered entered) {
      return entered.index();
    } else if (this instanceof Shown shown) {
      return shown.storeIndex();
    } else if (this instanceof Absent absent) {
      return absent.storeIndex();
    }
    return this instanceof Refused refused ? refused.storeIndex() : 0;
  }
}
