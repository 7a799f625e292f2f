package dev.understudy.peer.driver;

/**
 * What became of a request to the cluster.
 *
 * @param <T> the answer
 */
public sealed interface Outcome<T> {
  /** It is committed and applied here, or confirmed; the answer. */
  record Done<T>(T value) implements Outcome<T> {}

  /** It certainly did not happen and will not: it may be tried again. */
  record NotDone<T>(Reason reason, String cause) implements Outcome<T> {}

  /** Its deadline passed, or this peer stops: it may have happened, or may still happen. */
  record Unknown<T>(String cause) implements Outcome<T> {}

  /** Why something certainly did not happen. */
  enum Reason {
    /** No leader is known, or this peer was asked for what only a leader can do. */
    NO_LEADER,
    /** More waits already than the driver is willing to hold. */
    OVERLOADED,
    /** The disk is nearly full; reads are still answered. */
    NO_SPACE,
    /** The key space takes as much memory as it may; what takes none is still done. */
    QUOTA,
    /** The leader does not take such a thing, and would not later on. */
    REFUSED,
    /** This peer is stopping. */
    STOPPING
  }
}
