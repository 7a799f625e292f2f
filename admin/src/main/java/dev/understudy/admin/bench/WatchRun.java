package dev.understudy.admin.bench;

import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Many watchers of one key, and one client that writes it, round by round: all watch, the key is
 * written, and the time counts from then until the last watcher has the change. Each watcher names
 * the index from which on it wants a change, so none is missed if it comes late.
 */
final class WatchRun implements Conductor {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** Between the last watcher's request and the write, for the requests to be taken. */
  private static final long SETTLE_NANOS = 100_000_000;

  /** A round that takes longer has lost somebody. */
  private static final long PATIENCE_NANOS = 10 * SECOND_NANOS;

  private enum Phase {
    /** The writer writes, and nobody watches: its answer names the index. */
    LOOKING,
    /** Watchers send their requests. */
    ARMING,
    /** Nothing happens for a moment. */
    SETTLING,
    /** Written; watchers are answered. */
    TELLING
  }

  private final Client writer;
  private final int watchers;
  private final Recording recording;
  private final long endNanos;
  private final long count;
  private final BiConsumer<Recording, Long> progress;
  private final Set<Client> idle = new HashSet<>();
  private final Set<Client> broken = new HashSet<>();
  private Phase phase = Phase.LOOKING;
  private long fromIndex;
  private long phaseNanos;
  private long nextProgressNanos;
  private int told;

  /**
   * @param writer its script writes the key
   * @param watchers how many other clients there are, each with a {@link Script.Watching}
   * @param recording where rounds go, each as one answer
   * @param count how many rounds at most
   */
  WatchRun(
      Client writer,
      int watchers,
      Recording recording,
      long endNanos,
      long count,
      BiConsumer<Recording, Long> progress) {
    this.writer = writer;
    this.watchers = watchers;
    this.recording = recording;
    this.endNanos = endNanos;
    this.count = count;
    this.progress = progress;
  }

  @Override
  public long turn(ClientLoop loop, long now) throws IOException {
    if (now >= nextProgressNanos) {
      nextProgressNanos = now + SECOND_NANOS;
      progress.accept(recording, now);
    }
    if (phase == Phase.TELLING && now > phaseNanos + PATIENCE_NANOS) {
      recording.failed("a round in which not all were told", now);
      phase = Phase.LOOKING;
    }
    if (phase == Phase.LOOKING && idle.size() == watchers + 1) {
      idle.remove(writer);
      loop.begin(writer, now);
    } else if (phase == Phase.ARMING) {
      arm(loop, now);
    } else if (phase == Phase.SETTLING && now >= phaseNanos + SETTLE_NANOS) {
      phase = Phase.TELLING;
      phaseNanos = now;
      told = 0;
      idle.remove(writer);
      loop.begin(writer, now);
    }
    return phase == Phase.SETTLING ? phaseNanos + SETTLE_NANOS : now + SETTLE_NANOS;
  }

  private void arm(ClientLoop loop, long now) throws IOException {
    for (Client client : Set.copyOf(idle)) {
      if (client != writer) {
        watch(loop, client, now);
      }
    }
    phase = Phase.SETTLING;
    phaseNanos = now;
  }

  private void watch(ClientLoop loop, Client client, long now) throws IOException {
    ((Script.Watching) client.script()).from(fromIndex);
    idle.remove(client);
    loop.begin(client, now);
  }

  @Override
  public void idle(ClientLoop loop, Client client, long now) throws IOException {
    idle.add(client);
    if (broken.remove(client) && client != writer && phase != Phase.LOOKING) {
      // Connected again in the midst of a round: what it has missed it is told now.
      watch(loop, client, now);
    }
  }

  @Override
  public void answered(Client client, long now) {
    int status = client.answer().status();
    if (status != 200 && status != 201) {
      recording.failed("HTTP " + status, now);
      return;
    }
    if (client == writer) {
      if (phase == Phase.LOOKING) {
        fromIndex = client.answer().index() + 1;
        phase = Phase.ARMING;
      }
      return;
    }
    told++;
    if (phase == Phase.TELLING && told == watchers) {
      recording.answered(phaseNanos, phaseNanos, now);
      phase = Phase.LOOKING;
    }
  }

  @Override
  public void failed(Client client, IOException cause, long now) {
    idle.remove(client);
    broken.add(client);
    recording.failed("broken: " + FailureText.of(cause), now);
  }

  @Override
  public boolean isDone(long now) {
    boolean done = now >= endNanos || recording.requests() >= count;
    if (done) {
      recording.end(now);
    }
    return done;
  }
}
