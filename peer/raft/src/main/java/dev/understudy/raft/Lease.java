package dev.understudy.raft;

/**
 * How long a leader may believe in itself without asking: members that answered a heartbeat elect
 * nobody else for an election timeout from when they got it, which was not before it was sent.
 *
 * <p>etcd lets a leader read by lease as long as CheckQuorum has not deposed it, which can take two
 * election timeouts; here the lease ends one tick before the first follower's can.
 */
final class Lease {
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

  void tick() {
    clock++;
    rounds[slot(clock)] = 0;
  }

  /** Notes that a round of heartbeats is being sent. */
  void started(long round) {
    if (rounds[slot(clock)] == 0) {
      rounds[slot(clock)] = round;
    }
  }

  /** Notes that a quorum has answered a round, and with it all before. */
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
}
