package dev.understudy.raft;

/**
 * Where the randomness of election timeouts comes from. One source may serve any number of groups
 * on one thread; with a seeded one a run can be replayed.
 */
@FunctionalInterface
public interface Jitter {
  /**
   * Draws a number.
   *
   * @param bound more than 0
   * @return at least 0, less than {@code bound}
   */
  int below(int bound);
}
