package dev.understudy.peer;

import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.transport.Timer;
import dev.understudy.wal.Wal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Who runs one life of a peer: {@link PeerThreads} in production, whoever turns its loops by hand
 * in a simulation. {@link #start}, {@link #stop} and {@link #close} come in this order, the first
 * two perhaps not at all.
 */
public interface PeerRunner {
  /**
   * The loops of a peer. Each is for one caller at a time.
   *
   * @param wal to be started with threads, or turned by hand with {@link Wal#turn}
   * @param driver turned until the runner stops; {@link Driver#stop} comes after its last turn
   * @param leaderLoop turned until its turn says that it has ended, which it does once the driver
   *     has stopped
   * @param turnTimes learns how long the driver's turns take
   * @param onFailure told of a bug that ended a loop; any thread
   */
  record Loops(
      Wal wal,
      Driver driver,
      LeaderLoop leaderLoop,
      DutyCycleTracker turnTimes,
      Consumer<Throwable> onFailure) {}

  /** Completes futures and reports events, in order; what hangs on them must not block for long. */
  Executor answers();

  /** Writes snapshots, one after the other; may block. */
  Executor background();

  /** Hashes passwords, one after the other: each takes some fifty milliseconds of a core. */
  Executor hashing();

  /** For short tasks that never block. */
  Timer timer();

  /** Turns the loops from now on. */
  void start(Loops loops);

  /** Lets the loops run until something is done, for so long at most. */
  void await(CompletableFuture<?> done, long timeoutMillis);

  /**
   * Ends the driver and the leader loop, if they were started; whatever is under way is answered.
   * Blocks until they have ended, with a deadline. The log is closed by its owner, later.
   */
  void stop();

  /**
   * Ends executors and timer after what the executors were given; they refuse everything from then
   * on. Blocks until then, with a deadline.
   */
  void close();
}
