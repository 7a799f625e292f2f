package dev.understudy.client;

import java.time.Duration;

/**
 * How long a client waits.
 *
 * @param connect for a connection to one machine
 * @param attempt for the answer of one machine; longer than the cluster's own patience, behind
 *     which it answers that it does not know
 * @param call for the result of a call, over all tries
 * @param idle for an event of a watch, before it is asked whether the machine is still there
 */
record Timeouts(Duration connect, Duration attempt, Duration call, Duration idle) {
  /** A cluster's own patience is five seconds and two election timeouts. */
  static final Timeouts DEFAULT =
      new Timeouts(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(30));

  Timeouts withCall(Duration next) {
    return new Timeouts(connect, next.compareTo(attempt) < 0 ? next : attempt, next, idle);
  }
}
