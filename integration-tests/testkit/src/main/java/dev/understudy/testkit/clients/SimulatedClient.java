package dev.understudy.testkit.clients;

import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.history.Call;
import dev.understudy.testkit.history.History;
import dev.understudy.testkit.history.Outcome;
import dev.understudy.testkit.invariants.Violation;
import java.util.Random;

/** Reads and writes without end, one call at a time; what is unknown it may call again. */
final class SimulatedClient {
  private final int number;
  private final SimulatedCluster cluster;
  private final Mix mix;
  private final History history;
  private final Random random;
  private final Repertoire repertoire;
  private boolean settled;
  private boolean stopped;
  private boolean busy;
  private long done;

  SimulatedClient(int number, SimulatedCluster cluster, Mix mix, History history) {
    this.number = number;
    this.cluster = cluster;
    this.mix = mix;
    this.history = history;
    this.random = cluster.time().random();
    repertoire = new Repertoire(number, mix, random);
  }

  void start() {
    callLater();
  }

  /** Nothing is wrong any more: each call from now on has to be done. */
  void settled() {
    settled = true;
  }

  void stop() {
    stopped = true;
  }

  boolean isQuiet() {
    return stopped && !busy;
  }

  /** How many calls were answered with something definite. */
  long done() {
    return done;
  }

  private void callLater() {
    cluster
        .time()
        .schedule(
            1 + random.nextInt(mix.longestPauseMillis()),
            () -> {
              if (!stopped) {
                call(repertoire.next());
              }
            });
  }

  private void call(Call call) {
    busy = true;
    History.Pending pending = history.invoke(number, call, cluster.time().nowNanos());
    boolean wellBefore = settled;
    new Session(
            cluster,
            call,
            pending,
            outcome -> {
              if (wellBefore) {
                requireDone(call, outcome);
              }
              ended(call, outcome);
            })
        .start();
  }

  private static void requireDone(Call call, Outcome outcome) {
    if (!outcome.definite()) {
      throw new Violation("a settled cluster does what it is asked", call + ": " + outcome);
    }
  }

  private void ended(Call call, Outcome outcome) {
    busy = false;
    done += outcome.definite() ? 1 : 0;
    repertoire.note(call, outcome);
    boolean again = outcome instanceof Outcome.Unknown && random.nextInt(4) == 0;
    if (again && !stopped) {
      call(call); // as many a client does, though it may be done twice then
    } else {
      callLater();
    }
  }
}
