package dev.understudy.peer.leadership;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Holds back consistent reads on a leader until its term is established: a leader that has not yet
 * applied what its predecessors committed must not answer them.
 *
 * <p>The driver calls {@link #leading} and {@link #notLeading} the moment its role changes; the
 * leader loop calls {@link #open} once the barrier of the term is applied and the duties run. Any
 * thread may wait. Nothing here blocks.
 */
public final class ReadGate {

  private static final long NONE = 0;

  private long leadingTerm = NONE;
  private boolean open;
  private List<CompletableFuture<Boolean>> waiting = new ArrayList<>();

  /** This peer leads from now on; the gate is closed until {@link #open} is called for the term. */
  public void leading(long term) {
    shut(term).forEach(future -> future.complete(false));
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
    List<CompletableFuture<Boolean>> admitted;
    synchronized (this) {
      if (term == NONE || leadingTerm != term) {
        return false;
      }
      open = true;
      admitted = takeWaiting();
    }
    admitted.forEach(future -> future.complete(true));
    return true;
  }

  /** Whether a consistent read may be answered here at this moment. */
  public synchronized boolean isOpen() {
    return open;
  }

  /**
   * Waits for the gate without blocking.
   *
   * @return completes with true once a read may go on: the gate is open, or this peer does not lead
   *     and the read is the leader's affair; with false when leadership changed while it waited, so
   *     that the reader must ask again. The caller sets the deadline.
   */
  public CompletableFuture<Boolean> await() {
    synchronized (this) {
      if (!open && leadingTerm != NONE) {
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        waiting.add(future);
        future.whenComplete((value, failure) -> forget(future));
        return future;
      }
    }
    return CompletableFuture.completedFuture(true);
  }

  private synchronized void forget(CompletableFuture<Boolean> future) {
    waiting.remove(future);
  }

  private synchronized List<CompletableFuture<Boolean>> shut(long term) {
    leadingTerm = term;
    open = false;
    return takeWaiting();
  }

  private List<CompletableFuture<Boolean>> takeWaiting() {
    List<CompletableFuture<Boolean>> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }
}
