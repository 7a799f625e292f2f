package dev.understudy.admin.bench;

import dev.understudy.clusterconfig.FailureText;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiConsumer;

/**
 * Clients that ask as fast as they are answered, or in an open loop as a {@link Schedule} says.
 * What is due when no client is free waits for one, and counts from when it was due.
 */
final class LoadRun implements Conductor {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** How long is waited for the last answers; who has none by then gets none. */
  private static final long PATIENCE_NANOS = 2 * SECOND_NANOS;

  private final Recording recording;
  private final Optional<Schedule> schedule;
  private final long endNanos;
  private final long count;
  private final BiConsumer<Recording, Long> progress;
  private final Queue<Client> free = new ArrayDeque<>();
  private int underWay;
  private long nextProgressNanos;

  /**
   * @param recording where answers go
   * @param schedule when requests are due; empty for a closed loop
   * @param endNanos when no more are begun
   * @param count how many are recorded at most
   * @param progress told once a second
   */
  LoadRun(
      Recording recording,
      Optional<Schedule> schedule,
      long endNanos,
      long count,
      BiConsumer<Recording, Long> progress) {
    this.recording = recording;
    this.schedule = schedule;
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
    while (mayBegin(now) && !free.isEmpty() && dueNanos(now) <= now) {
      long due = dueNanos(now);
      schedule.ifPresent(Schedule::take);
      underWay++;
      loop.begin(free.remove(), due);
    }
    if (!mayBegin(now)) {
      return endNanos + PATIENCE_NANOS;
    }
    return free.isEmpty() ? endNanos : dueNanos(now);
  }

  /** What is due before the end is begun, even if a client is free only after it. */
  private boolean mayBegin(long now) {
    return dueNanos(now) < endNanos && recording.requests() + underWay < count;
  }

  private long dueNanos(long now) {
    return schedule.map(Schedule::dueNanos).orElse(now);
  }

  @Override
  public void idle(ClientLoop loop, Client client, long now) throws IOException {
    free.add(client);
    turn(loop, now);
  }

  @Override
  public void answered(Client client, long now) {
    underWay--;
    int status = client.answer().status();
    if (status == 200 || status == 201) {
      recording.answered(client.dueNanos(), client.sentNanos(), now);
    } else {
      recording.failed("HTTP " + status, now);
    }
  }

  @Override
  public void failed(Client client, IOException cause, long now) {
    if (client.isBusy()) {
      underWay--;
      recording.failed("broken: " + FailureText.of(cause), now);
    } else {
      free.remove(client);
      recording.failed("no connection: " + FailureText.of(cause), now);
    }
  }

  @Override
  public boolean isDone(long now) {
    boolean done = !mayBegin(now) && underWay == 0 || now >= endNanos + PATIENCE_NANOS;
    if (done) {
      recording.end(now);
      recordUnanswered(now);
    }
    return done;
  }

  private void recordUnanswered(long now) {
    for (; underWay > 0; underWay--) {
      recording.failed("unanswered", now);
    }
    for (; schedule.isPresent() && mayBegin(now); schedule.get().take()) {
      recording.failed("due, and no client free", dueNanos(now));
    }
  }
}
