package dev.understudy.transport;

import java.util.List;

/**
 * Tells a member that commands which it has forwarded were not taken into the log. No business of
 * consensus: it only spares those who wait for the commands to wait until their deadline.
 *
 * <p>Since a message arrives once at most, and a command is forwarded once at most in a term, what
 * is named here is in no log, and will not be unless it is proposed again.
 *
 * @param from the member that was taken for the leader
 * @param to the member that forwarded the commands
 * @param term the term that they were forwarded for, and no other
 * @param proposer who numbered them; not a member but one life of it
 * @param sequences the numbers
 */
public record RejectedProposals(
    long from, long to, long term, Reason reason, long proposer, List<Long> sequences)
    implements PeerMessage {
  /** Why commands were not taken. */
  public enum Reason {
    /** The leader's disk is nearly full. */
    NO_SPACE,
    /** Too much waits at the leader already. */
    OVERLOADED,
    /**
     * In that term the member does not lead, does not lead any more, or takes nothing because it is
     * handing over or has lost its seat.
     */
    NOT_LEADING,
    /** The leader would not take them from a client of its own either; to repeat them is idle. */
    INVALID,
    /** The key space takes as much memory as the leader allows. */
    QUOTA,
    /** The leader's memory is nearly full. */
    NO_MEMORY
  }

  public RejectedProposals {
    sequences = List.copyOf(sequences);
  }

  /**
   * The same in words of releases that know the first three reasons only. They would ignore others,
   * and their clients would wait until their deadline; so these get an answer, if a less exact one,
   * that says that nothing was done.
   */
  RejectedProposals forEarlierRelease() {
    Reason known =
        switch (reason) {
          case NO_SPACE, OVERLOADED, NOT_LEADING -> reason;
          case QUOTA -> Reason.NO_SPACE; // as well until somebody makes room
          case INVALID, NO_MEMORY -> Reason.OVERLOADED;
        };
    return known == reason
        ? this
        : new RejectedProposals(from, to, term, known, proposer, sequences);
  }
}
