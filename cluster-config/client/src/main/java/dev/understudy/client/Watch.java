package dev.understudy.client;

import java.util.Optional;

/**
 * Tells a listener of every change of a key, or of what is beneath a directory, in order and
 * without a gap, for as long as it is open; see {@link WatchListener#missed} for the one exception.
 * Any thread may close it.
 */
public final class Watch implements AutoCloseable {
  private static final long END_TIMEOUT_MILLIS = 2_000;

  private final String key;
  private final boolean recursive;
  private final WatchListener listener;
  private final Reads reads;
  private final Poller poller;
  private final ClientTime time;

  /** Null until it runs. */
  private volatile Thread thread;

  private volatile boolean closed;

  /** The index from which nothing has been told yet; 0 before the beginning. */
  private long next;

  Watch(
      String key,
      boolean recursive,
      long fromIndex,
      WatchListener listener,
      Reads reads,
      Poller poller,
      ClientTime time) {
    this.key = key;
    this.recursive = recursive;
    this.next = fromIndex;
    this.listener = listener;
    this.reads = reads;
    this.poller = poller;
    this.time = time;
  }

  Watch start() {
    time.start("understudy-watch" + key.replace('/', '-'), this::run);
    return this;
  }

  private void run() {
    thread = Thread.currentThread();
    Caller.Backoff backoff = new Caller.Backoff(time);
    try {
      while (!closed) {
        if (step()) {
          backoff = new Caller.Backoff(time);
        } else {
          backoff.pause();
        }
      }
    } catch (RefusedException e) {
      closed = true;
      listener.refused(e);
    } catch (InterruptedException e) {
      closed = true; // by close
    }
  }

  /** False if the next step is to be made after a pause. */
  private boolean step() throws RefusedException, InterruptedException {
    try {
      if (next == 0) {
        listener.began(readAnew());
        return true;
      }
      return tellNext();
    } catch (NotDoneException e) {
      listener.disturbed(e);
      return false;
    } catch (RefusedException e) {
      if (e.code() != RefusedException.HISTORY_CLEARED) {
        throw e;
      }
      return findAgain();
    }
  }

  private boolean tellNext() throws RefusedException, InterruptedException {
    Poller.Poll poll = poller.poll(key, recursive, next, Long.MAX_VALUE);
    if (poll instanceof Poller.Poll.Event told) {
      next = told.event().index() + 1;
      listener.changed(told.event());
      return true;
    }
    if (poll instanceof Poller.Poll.Failed failed) {
      listener.disturbed(failed.reason());
      return false;
    }
    return poll instanceof Poller.Poll.Quiet quiet && !quiet.atOnce();
  }

  /** A key that is as it was when it was told of last has not been anything else meanwhile. */
  private boolean findAgain() throws RefusedException, InterruptedException {
    long told = next;
    try {
      Reading now = readAnew();
      Optional<Node> unchanged =
          now.node().filter(node -> !node.isDirectory() && node.modifiedIndex() < told);
      if (unchanged.isEmpty()) {
        listener.missed(now);
      }
      return true;
    } catch (NotDoneException e) {
      listener.disturbed(e);
      return false;
    }
  }

  private Reading readAnew() throws RefusedException, NotDoneException, InterruptedException {
    Reading now = reads.read(key, true, recursive);
    next = now.index() + 1;
    return now;
  }

  /**
   * Ends the watch; the listener hears nothing more, unless it is called just then by this very
   * thread. Waits for a call of the listener that is under way. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running == null || running.equals(Thread.currentThread())) {
      return;
    }
    running.interrupt();
    try {
      running.join(END_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
