package dev.understudy.peer.driver;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * What waits for the driver's next turn. Any thread puts in and never blocks; the driver's thread
 * takes out.
 */
final class Inbox {
  private final ArrayBlockingQueue<Proposal> proposals;
  private final ArrayBlockingQueue<Runnable> fromNetwork;

  /**
   * Unbounded, and yet small: what comes here answers something that the driver itself asked for
   * (the log, a snapshot), or was asked by this machine's own few threads or by a client, who asks
   * one thing at a time on a connection. Each of these has its bound where it begins.
   */
  private final Queue<Runnable> fromWithin = new ConcurrentLinkedQueue<>();

  private final List<Runnable> taken = new ArrayList<>();
  private volatile Thread sleeper;
  private volatile boolean closed;

  Inbox(DriverOptions options) {
    proposals = new ArrayBlockingQueue<>(options.maxPendingProposals());
    fromNetwork = new ArrayBlockingQueue<>(options.maxQueuedMessages());
  }

  /** Puts in a proposal; false when too many wait. */
  boolean offer(Proposal proposal) {
    boolean taken = proposals.offer(proposal);
    wake();
    return taken;
  }

  /** Takes a proposal back; false when it does not wait here any more. */
  boolean withdraw(Proposal proposal) {
    return proposals.remove(proposal);
  }

  /**
   * Puts in what to do about a message of another peer; false, and it is dropped, when too many
   * wait.
   */
  boolean offerFromNetwork(Runnable task) {
    boolean taken = fromNetwork.offer(task);
    wake();
    return taken;
  }

  /** Puts in something of this machine's own. */
  void post(Runnable task) {
    fromWithin.add(task);
    wake();
  }

  /** Runs all that waits, but for proposals; returns whether there was anything. */
  boolean runTasks() {
    drain(fromWithin);
    fromNetwork.drainTo(taken);
    if (taken.isEmpty()) {
      return false;
    }
    taken.forEach(Runnable::run);
    taken.clear();
    return true;
  }

  private void drain(Queue<Runnable> queue) {
    Runnable task = queue.poll();
    while (task != null) {
      taken.add(task);
      task = queue.poll();
    }
  }

  /** Whether no proposal waits here. */
  boolean holdsNoProposal() {
    return proposals.isEmpty();
  }

  /** Takes the proposals that wait, at most so many. */
  void takeProposals(Collection<Proposal> into, int max) {
    proposals.drainTo(into, max);
  }

  /** Nothing will be taken out any more. Whoever puts something in has to see to it himself. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Waits for something to be put in. Only the driver's thread. */
  void await(long nanos) {
    sleeper = Thread.currentThread();
    if (isEmpty() && nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
    sleeper = null;
  }

  private boolean isEmpty() {
    return proposals.isEmpty() && fromNetwork.isEmpty() && fromWithin.isEmpty();
  }

  void wake() {
    Thread waiting = sleeper;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  /** Takes out the proposals whose deadline has passed while they waited. */
  Collection<Proposal> takeExpired(long nowMillis) {
    Collection<Proposal> expired = new ArrayDeque<>();
    proposals.removeIf(proposal -> proposal.deadlineMillis() <= nowMillis && expired.add(proposal));
    return expired;
  }

  /** Everything that still waits to be proposed, for the end. */
  Collection<Proposal> remainingProposals() {
    Collection<Proposal> remaining = new ArrayDeque<>();
    proposals.drainTo(remaining);
    return remaining;
  }

  /** Every task with an answer that nothing was done about, for the end; others are dropped. */
  List<DriverTask<?>> remainingTasks() {
    List<DriverTask<?>> tasks = new ArrayList<>();
    drain(fromWithin);
    for (Runnable task : taken) {
      if (task instanceof DriverTask<?> waiting) {
        tasks.add(waiting);
      }
    }
    taken.clear();
    fromNetwork.clear();
    return tasks;
  }
}
