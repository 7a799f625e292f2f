package dev.understudy.testkit.clients;

/**
 * What clients do.
 *
 * @param clients how many read and write, each with one call at a time
 * @param watchers how many watch
 * @param registers how many keys are read and written by all; few, so that clients meet
 * @param mortals how many keys there are that are written with a time to live only
 * @param longestPauseMillis the longest pause of a client between two calls
 * @param lockers how many take a lock and give it back
 */
public record Mix(
    int clients, int watchers, int registers, int mortals, int longestPauseMillis, int lockers) {
  /** In a swarm that is one run of four. */
  private static final int CLIENTS_WITH_LOCKERS = 3;

  /**
   * So many clients on a few keys, with three calls a second each, and some watchers; beside three
   * clients there are as many lockers.
   */
  public static Mix of(int clients) {
    return new Mix(clients, 3, 4, 3, 600, clients == CLIENTS_WITH_LOCKERS ? clients : 0);
  }
}
