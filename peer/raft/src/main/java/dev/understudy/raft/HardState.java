package dev.understudy.raft;

/**
 * What a peer must not forget between two lives.
 *
 * @param term the newest term the peer has seen
 * @param vote the member voted for in that term; 0 for none
 * @param commit the highest index known to be committed
 */
public record HardState(long term, long vote, long commit) {
  /** The state of a peer that has never heard of anything. */
  public static final HardState EMPTY = new HardState(0, 0, 0);

  /** Whether nothing has happened yet. */
  public boolean isEmpty() {
    return term == 0 && vote == 0 && commit == 0;
  }
}
