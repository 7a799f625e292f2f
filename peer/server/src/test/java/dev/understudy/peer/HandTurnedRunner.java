package dev.understudy.peer;

import dev.understudy.transport.Timer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs one life of a peer in virtual time, without a thread: turns its loops, its log and its tasks
 * as events of the simulation.
 */
public final class HandTurnedRunner implements PeerRunner {
  /** How fast a peer is, and what is checked while it runs. */
  public interface Pace {
    /** Until the next turn of its loops, unless something wakes them earlier; in milliseconds. */
    long turnDelayMillis();

    /** Until its log has written what waits. */
    long diskDelayMillis();

    /** Whether its disk takes nothing at the moment. */
    default boolean diskIsHeld() {
      return false;
    }

    /** Until a task in the background has run. */
    long backgroundDelayMillis();

    /** The driver has had its turn; what it has answered is not given out yet. */
    default void driverTurned() {}

    /** The leader loop has had its turn. */
    default void leaderLoopTurned() {}
  }

  private final Schedule time;
  private final Pace pace;
  private final Queue<Runnable> answers = new ArrayDeque<>();
  private Loops loops;
  private boolean ended;
  private long nextTurnMillis = Long.MAX_VALUE;
  private boolean diskTurnComes;

  /** Runs nothing yet. */
  public HandTurnedRunner(Schedule time, Pace pace) {
    this.time = time;
    this.pace = pace;
  }

  /** Whether it runs or may still run. */
  public boolean isAlive() {
    return !ended;
  }

  /** The process is gone: nothing of this life happens any more, and nothing is answered. */
  public void crash() {
    ended = true;
    answers.clear();
  }

  /** Makes sure of a turn that soon. */
  public void poke(long delayMillis) {
    long at = time.nowMillis() + delayMillis;
    if (at < nextTurnMillis) {
      nextTurnMillis = at;
      time.schedule(
          delayMillis,
          () -> {
            if (!ended && nextTurnMillis == at) {
              turn();
            }
          });
    }
  }

  private void turn() {
    nextTurnMillis = Long.MAX_VALUE;
    loops.driver().turn();
    pace.driverTurned();
    boolean answered = giveAnswers();
    loops.leaderLoop().turn();
    pace.leaderLoopTurned();
    if (!diskTurnComes) {
      diskTurnComes = true;
      time.schedule(pace.diskDelayMillis(), this::diskTurn);
    }
    // Whoever was answered may have asked for more at once, and an inbox wakes its driver.
    poke(answered ? 0 : pace.turnDelayMillis());
  }

  private void diskTurn() {
    diskTurnComes = false;
    if (!ended && !pace.diskIsHeld() && loops.wal().turn()) {
      poke(0);
    }
  }

  private boolean giveAnswers() {
    boolean any = false;
    Runnable answer = answers.poll();
    while (answer != null) {
      any = true;
      answer.run();
      answer = answers.poll();
    }
    return any;
  }

  @Override
  public Executor answers() {
    return task -> {
      refuseOnceEnded();
      answers.add(task);
    };
  }

  /** No simulated client has a password. */
  @Override
  public Executor hashing() {
    return Runnable::run;
  }

  @Override
  public Executor background() {
    return task -> {
      refuseOnceEnded();
      later(pace.backgroundDelayMillis(), task);
    };
  }

  private void later(long delayMillis, Runnable task) {
    time.schedule(
        delayMillis,
        () -> {
          if (!ended) {
            task.run();
            poke(0);
          }
        });
  }

  @Override
  public Timer timer() {
    return (delayMillis, task) -> {
      refuseOnceEnded();
      boolean[] cancelled = new boolean[1];
      later(
          delayMillis,
          () -> {
            if (!cancelled[0]) {
              task.run();
            }
          });
      return () -> cancelled[0] = true;
    };
  }

  private void refuseOnceEnded() {
    if (ended) {
      throw new RejectedExecutionException("this peer has ended");
    }
  }

  @Override
  public void start(Loops turned) {
    loops = turned;
    poke(0);
  }

  /** No time passes meanwhile, so what others have to answer to is not waited for. */
  @Override
  public void await(CompletableFuture<?> done, long timeoutMillis) {
    for (int turns = 0; turns < 10 && !ended && !done.isDone(); turns++) {
      loops.driver().turn();
      loops.wal().turn();
      giveAnswers();
    }
  }

  @Override
  public void stop() {
    loops.driver().stop();
    giveAnswers();
    // It takes one turn for the last notice and one to see that there are no more.
    for (int turns = 0; loops.leaderLoop().turn(); turns++) {
      if (turns == 2) {
        throw new IllegalStateException("the leader loop does not end with its source");
      }
    }
  }

  @Override
  public void close() {
    giveAnswers();
    ended = true;
  }
}
