package dev.understudy.peer.driver;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Holds back consistent reads on a leader until its term is established: a leader that has not yet
 * applied what its predecessors committed must not answer them.
 *
 * <p>The driver calls {@link #leading} and {@link #notLeading} the moment its role changes; the
 * leader loop calls {@link #open} once the barrier of the term is applied and the duties run. Any
 * thread may wait. Nothing here blocks, and none of the three runs what hangs on a reader's future:
 * that is the executor's work, since the driver must not answer clients.
 */
public final class ReadGate {
  /** More readers than a peer has connections; those beyond are told to come again. */
  private static final int MAX_WAITING = 10_000;

  private static final long NONE = 0;

  private final Executor answers;
  private final LongSupplier clockMillis;
  private final AtomicLong waits = new AtomicLong();
  private final AtomicLong waitedMillis = new AtomicLong();

  private long leadingTerm = NONE;
  private boolean open;
  private Set<CompletableFuture<Boolean>> waiting = new LinkedHashSet<>();

  /**
   * @param answers where the futures of readers are completed; must not block whoever gives it work
   * @param clockMillis monotonic time, for counting how long readers waited
   */
  public ReadGate(Executor answers, LongSupplier clockMillis) {
    this.answers = answers;
    this.clockMillis = clockMillis;
  }

  /** This peer leads from now on; the gate is closed until {@link #open} is called for the term. */
  public void leading(long term) {
    Set<CompletableFuture<Boolean>> sentAway;
    synchronized (this) {
      leadingTerm = term;
      open = false;
      sentAway = takeWaiting();
    }
    answer(sentAway, false);
  }

  /** This peer leads no more; the gate is closed, and who waits is sent away. */
  public void notLeading() {
    leading(NONE);
  }

  /**
   * Opens the gate for a term.
   *
   * @return false, and nothing happens, when that term has ended meanwhile
   */
  public boolean open(long term) {
    Set<CompletableFuture<Boolean>> admitted;
    synchronized (this) {
      if (!leads(term)) {
        return false;
      }
      open = true;
      admitted = takeWaiting();
    }
    answer(admitted, true);
    return true;
  }

  /** Whether a consistent read may be answered by this leader at this moment. */
  public synchronized boolean isOpen() {
    return open;
  }

  /** Whether this peer leads at this moment and does not answer consistent reads yet. */
  public synchronized boolean holdsBack() {
    return leadingTerm != NONE && !open;
  }

  /** Whether a term is the one that leads at this moment. */
  public synchronized boolean leads(long term) {
    return term != NONE && leadingTerm == term;
  }

  /**
   * Waits for the gate without blocking.
   *
   * @return completes with true once a read may go on: the gate is open, or this peer does not lead
   *     and the read is the leader's affair; with false when leadership changed while it waited, so
   *     that the reader must ask again; fails with {@link RejectedExecutionException} when too many
   *     wait. The caller sets the deadline by completing it.
   */
  public CompletableFuture<Boolean> await() {
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    synchronized (this) {
      if (open || leadingTerm == NONE) {
        return CompletableFuture.completedFuture(true);
      }
      if (waiting.size() >= MAX_WAITING) {
        return CompletableFuture.failedFuture(
            new RejectedExecutionException("too many reads wait for this leader"));
      }
      waiting.add(future);
    }
    long sinceMillis = clockMillis.getAsLong();
    future.whenComplete((passed, failure) -> waited(future, sinceMillis));
    return future;
  }

  /** Reads that had to wait, and wait no more. */
  public long waits() {
    return waits.get();
  }

  /** How long all of them waited together. */
  public long waitedMillis() {
    return waitedMillis.get();
  }

  private void waited(CompletableFuture<Boolean> future, long sinceMillis) {
    waits.incrementAndGet();
    waitedMillis.addAndGet(clockMillis.getAsLong() - sinceMillis);
    synchronized (this) {
      waiting.remove(future);
    }
  }

  private Set<CompletableFuture<Boolean>> takeWaiting() {
    Set<CompletableFuture<Boolean>> taken = waiting;
    waiting = new LinkedHashSet<>();
    return taken;
  }

  private void answer(Set<CompletableFuture<Boolean>> readers, boolean passed) {
    if (readers.isEmpty()) {
      return;
    }
    try {
      answers.execute(() -> readers.forEach(reader -> reader.complete(passed)));
    } catch (RejectedExecutionException e) {
      // The peer has ended around the gate; better an answer from this thread than none.
      readers.forEach(reader -> reader.complete(passed));
    }
  }
}
