package dev.understudy.raft;

/**
 * How long a leader may answer reads without asking a quorum (thesis §6.4.1): members that answered
 * a heartbeat elect nobody else for an election timeout from when they got it, which was not before
 * it was sent.
 *
 * <p>etcd lets a leader read by lease as long as CheckQuorum has not deposed it, which can take two
 * election timeouts; here the lease ends one tick before the first follower's can.
 */
class Lease {
  /** The lease of a leader that asks a quorum for every read: it never holds. */
  static final Lease NONE = new None();

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final int electionTicks;
  private final long[] rounds;
  private long clock;
  private long confirmedAt = NEVER;
  private boolean ended;

  Lease(int electionTicks) {
    this.electionTicks = electionTicks;
    this.rounds = new long[electionTicks];
  }

  /** Whether every heartbeat has to be answered, because the lease lives on the answers. */
  boolean needsRounds() {
    return true;
  }

  void tick() {
    clock++;
    rounds[slot(clock)] = 0;
  }

  /** Records that a round of heartbeats is being sent. */
  void started(long round) {
    if (rounds[slot(clock)] == 0) {
      rounds[slot(clock)] = round;
    }
  }

  /** Records that a quorum has answered a round, and with it all before. */
  void confirm(long round) {
    for (int age = 0; age < electionTicks && age <= clock; age++) {
      long first = rounds[slot(clock - age)];
      if (first != 0 && first <= round) {
        confirmedAt = Math.max(confirmedAt, clock - age);
        return;
      }
    }
  }

  boolean holds() {
    // A follower counts its first tick up to one tick too early, hence one less.
    return !ended && clock - confirmedAt < electionTicks - 1;
  }

  /** Ends the lease for good. */
  void end() {
    ended = true;
  }

  private int slot(long tick) {
    return (int) (tick % rounds.length);
  }

  private static final class None extends Lease {
    None() {
      super(0);
    }

    @Override
    boolean needsRounds() {
      return false;
    }

    @Override
    void tick() {}

    @Override
    void started(long round) {}

    @Override
    void confirm(long round) {}

    @Override
    boolean holds() {
      return false;
    }

    @Override
    void end() {}
  }
}
