package dev.understudy.testkit.clients;

import dev.understudy.peer.PeerProbe;
import dev.understudy.peer.PeerServer;
import dev.understudy.testkit.SimulatedCluster;
import dev.understudy.testkit.SimulatedMachine;
import dev.understudy.testkit.history.LeaderlessTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The time in which nothing was committed, and so nobody led, whatever he thought. While there are
 * keys with a time to live, a leader writes the time down twice a second; a longer pause is one
 * without a leader, and so is the time that {@link SlowCommits} finds. A leader that comes after
 * another may not know the last half a second, so that counts as well. When the clocks of machines
 * go wrong, the worst that one of them does is counted.
 */
final class CommitPauses implements LeaderlessTime {
  private static final long SAMPLE_MILLIS = 50;
  private static final long LONGEST_WITH_A_LEADER_NANOS = TimeUnit.MILLISECONDS.toNanos(650);
  private static final long FORGOTTEN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How much the clocks of machines were wrong for a moment, at the worst. */
  private record Wrong(long atNanos, long fastNanos, long slowNanos) {}

  private final SimulatedCluster cluster;
  private final Spans pauses = new Spans();
  private final SlowCommits slow = new SlowCommits(pauses);
  private final List<Long> newLeadersNanos = new ArrayList<>();
  private final List<Wrong> wrongs = new ArrayList<>();
  private final Map<String, Long> shownMillis = new HashMap<>();
  private long commit;
  private long term;
  private long progressNanos;
  private boolean stopped;

  CommitPauses(SimulatedCluster cluster) {
    this.cluster = cluster;
    progressNanos = cluster.time().nowNanos();
    sample();
  }

  void stop() {
    stopped = true;
    noteProgress();
  }

  private void sample() {
    if (stopped) {
      return;
    }
    long lastIndex = 0;
    for (SimulatedMachine machine : cluster.peers()) {
      note(machine);
      lastIndex = Math.max(lastIndex, lastIndexUnderLeader(machine));
    }
    slow.look(cluster.time().nowNanos(), lastIndex, commit);
    noteClocks();
    cluster.time().schedule(SAMPLE_MILLIS, this::sample);
  }

  private void note(SimulatedMachine machine) {
    var status = machine.peer().orElseThrow().status();
    if (status.commit() > commit) {
      commit = status.commit();
      noteProgress();
    }
    if (status.isLeader() && status.term() > term) {
      term = status.term();
      newLeadersNanos.add(cluster.time().nowNanos());
    }
  }

  /** 0 of one who follows nobody, or somebody who may lead no more. */
  private long lastIndexUnderLeader(SimulatedMachine machine) {
    PeerServer peer = machine.peer().orElseThrow();
    return peer.status().leader() != 0 && peer.status().term() == term
        ? new PeerProbe(peer).lastIndex()
        : 0;
  }

  private void noteClocks() {
    long fastMillis = 0;
    long slowMillis = 0;
    for (SimulatedMachine machine : cluster.machines()) {
      long now = machine.clock().monotonicMillis();
      long passed = now - shownMillis.getOrDefault(machine.name(), now - SAMPLE_MILLIS);
      shownMillis.put(machine.name(), now);
      fastMillis = Math.max(fastMillis, passed - SAMPLE_MILLIS);
      slowMillis = Math.max(slowMillis, SAMPLE_MILLIS - passed);
    }
    if (fastMillis > 0 || slowMillis > 0) {
      long nowNanos = cluster.time().nowNanos();
      wrongs.add(
          new Wrong(
              nowNanos,
              TimeUnit.MILLISECONDS.toNanos(fastMillis),
              TimeUnit.MILLISECONDS.toNanos(slowMillis)));
    }
  }

  private long sum(ToLongFunction<Wrong> what, long fromNanos, long toNanos) {
    // The moment before the first sample behind the end is among them.
    long untilNanos = toNanos + TimeUnit.MILLISECONDS.toNanos(SAMPLE_MILLIS);
    return wrongs.stream()
        .filter(wrong -> wrong.atNanos() >= fromNanos && wrong.atNanos() <= untilNanos)
        .mapToLong(what)
        .sum();
  }

  private void noteProgress() {
    long nowNanos = cluster.time().nowNanos();
    if (nowNanos - progressNanos > LONGEST_WITH_A_LEADER_NANOS) {
      pauses.add(progressNanos, nowNanos);
    }
    progressNanos = nowNanos;
  }

  @Override
  public long nanosBetween(long fromNanos, long toNanos) {
    long paused = pauses.nanosWithin(fromNanos, toNanos);
    long changes = newLeadersNanos.stream().filter(at -> at >= fromNanos && at <= toNanos).count();
    return paused + changes * FORGOTTEN_NANOS + sum(Wrong::slowNanos, fromNanos, toNanos);
  }

  @Override
  public long fastNanosBetween(long fromNanos, long toNanos) {
    return sum(Wrong::fastNanos, fromNanos, toNanos);
  }
}
