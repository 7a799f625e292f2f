package dev.understudy.peer.leadership;

import dev.understudy.locks.LockSpace;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.tables.Watch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions that were not renewed for twice their time to live. Only a leader counts, from a
 * session's creation, its last renewal, or its own taking over; so a change of the leader gives
 * every session its whole time anew, and nothing of it is in the log but the end.
 *
 * <p>A renewal only writes down when it was: a session's deadline is looked at again when the old
 * one has come, once in two of its times to live. So ten thousand sessions are five hundred looks a
 * second in a heap, and a timer wheel would have nothing to save.
 *
 * <p>What is being ended is not renewed, and what was renewed is not ended: both are decided under
 * one lock. A renewal that comes meanwhile waits for what becomes of the end: when that is
 * certainly in no log the session lives on. The command that ends them is of the term in which that
 * was decided, or is not at all; a leader that was deposed unawares ends nobody's session.
 */
public final class SessionTimers implements Duty {
  private static final Logger LOG = LoggerFactory.getLogger(SessionTimers.class);

  /** Many may end at once when a whole site is cut off; a command has a limited length. */
  private static final int MOST_AT_ONCE = 1_000;

  /** So many that are due for sessions no longer there are kept; sessions may live for days. */
  private static final int MOST_STALE = 1_000;

  /** What could not be ended is tried again after that. */
  private static final long RETRY_MILLIS = 500;

  /** Ends sessions in a term. */
  @FunctionalInterface
  public interface Ending {
    /** Proposes it; does not block. */
    CompletableFuture<? extends Outcome<?>> propose(long term, List<String> ids);
  }

  /** What became of a renewal. */
  public enum Renewal {
    RENEWED,
    /** It is not there any more. */
    ENDED,
    /** It was not renewed in time, and whether it has ended is not known. */
    UNKNOWN,
    /** This peer does not lead, or has only begun to. */
    NOT_LEADING
  }

  private record Due(long atMillis, String id) {}

  private static final class Timer {
    private final long ttlMillis;
    private long renewedMillis;

    /** What becomes of its end; null while it was not proposed, or is certain not to come. */
    private CompletableFuture<Outcome<?>> end;

    Timer(long ttlMillis, long renewedMillis) {
      this.ttlMillis = ttlMillis;
      this.renewedMillis = renewedMillis;
    }

    long deadlineMillis() {
      return renewedMillis + 2 * ttlMillis;
    }

    /** What a renewal comes to; empty as long as that is not known. */
    Optional<Renewal> renew(long sinceMillis) {
      if (end != null && !end.isDone()) {
        return Optional.empty();
      }
      if (end != null && !(end.join() instanceof Outcome.NotDone)) {
        return Optional.of(end.join() instanceof Outcome.Done ? Renewal.ENDED : Renewal.UNKNOWN);
      }
      end = null;
      renewedMillis = Math.max(renewedMillis, sinceMillis);
      return Optional.of(Renewal.RENEWED);
    }
  }

  private final LockSpace locks;
  private final Ending ending;
  private final long intervalMillis;

  // Guarded by this.
  private final Map<String, Timer> timers = new HashMap<>();
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::atMillis));
  private boolean leading;

  // The leader loop's alone.
  private long term;
  private CompletableFuture<Outcome<?>> asked;
  private List<String> askedFor = List.of();
  private Watch<Collection<Session>> watch;
  private volatile boolean changed;

  /**
   * @param locks the sessions
   * @param ending proposes their end
   */
  public SessionTimers(LockSpace locks, Ending ending, long intervalMillis) {
    this.locks = locks;
    this.ending = ending;
    this.intervalMillis = intervalMillis;
  }

  @Override
  public String name() {
    return "session timers";
  }

  @Override
  public long intervalMillis() {
    return intervalMillis;
  }

  @Override
  public void start(long newTerm, long nowMillis) {
    term = newTerm;
    asked = null;
    changed = true;
    synchronized (this) {
      timers.clear();
      queue.clear();
      leading = true;
    }
    lookForChanges(nowMillis);
  }

  @Override
  public void stop() {
    asked = null;
    if (watch != null) {
      watch.close();
      watch = null;
    }
    synchronized (this) {
      leading = false;
      timers.clear();
      queue.clear();
    }
  }

  /**
   * Notes a renewal. Any thread; does not block.
   *
   * @param sinceMillis monotonic time at which it arrived; this peer must have led since then
   * @return completes at once unless the session is just being ended
   */
  public CompletableFuture<Renewal> renew(Session session, long sinceMillis) {
    CompletableFuture<Outcome<?>> end;
    synchronized (this) {
      Optional<Renewal> renewal = renewNow(session, sinceMillis);
      if (renewal.isPresent()) {
        return CompletableFuture.completedFuture(renewal.get());
      }
      end = timers.get(session.id()).end;
    }
    return end.thenCompose(outcome -> renew(session, sinceMillis));
  }

  private Optional<Renewal> renewNow(Session session, long sinceMillis) {
    if (!leading) {
      return Optional.of(Renewal.NOT_LEADING);
    }
    if (session.ttlMillis() == 0) {
      return Optional.of(Renewal.RENEWED);
    }
    Timer timer = timers.get(session.id());
    if (timer != null) {
      return timer.renew(sinceMillis);
    }
    if (LockTables.session(session.id()).of(locks.current()).isEmpty()) {
      return Optional.of(Renewal.ENDED); // since it was looked up
    }
    add(session, sinceMillis);
    return Optional.of(Renewal.RENEWED);
  }

  /** How many wait to be looked at, for tests: those of sessions that have ended do not pile up. */
  synchronized int queued() {
    return queue.size();
  }

  /** How many sessions are counted for. */
  public synchronized int size() {
    return timers.size();
  }

  @Override
  public void pass(long nowMillis) {
    lookForChanges(nowMillis);
    if (asked != null && !asked.isDone()) {
      return;
    }
    if (asked != null) {
      answered(nowMillis);
    }
    CompletableFuture<Outcome<?>> end = new CompletableFuture<>();
    List<String> due = takeDue(nowMillis, end);
    if (!due.isEmpty()) {
      askedFor = due;
      asked = end;
      ending.propose(term, due).thenAccept(end::complete);
    }
  }

  private void answered(long nowMillis) {
    Outcome<?> outcome = asked.join();
    asked = null;
    if (outcome instanceof Outcome.Done) {
      LOG.info("{} sessions were not renewed and have ended", askedFor.size());
      return;
    }
    // Whether they have ended or not: those that are still there are due again.
    LOG.info("{} sessions have not ended yet: {}", askedFor.size(), outcome);
    synchronized (this) {
      askedFor.forEach(id -> queue.add(new Due(nowMillis + RETRY_MILLIS, id)));
    }
  }

  private synchronized List<String> takeDue(long nowMillis, CompletableFuture<Outcome<?>> end) {
    List<String> due = new ArrayList<>();
    while (due.size() < MOST_AT_ONCE && !queue.isEmpty() && queue.peek().atMillis() <= nowMillis) {
      String id = queue.remove().id();
      Timer timer = timers.get(id);
      if (timer == null) {
        continue; // it has ended
      }
      if (timer.deadlineMillis() > nowMillis) {
        queue.add(new Due(timer.deadlineMillis(), id));
      } else {
        timer.end = end;
        due.add(id);
      }
    }
    return due;
  }

  /** New sessions begin to count, and ended ones are forgotten. */
  private void lookForChanges(long nowMillis) {
    if (!changed) {
      return;
    }
    changed = false;
    if (watch != null) {
      watch.close();
    }
    watch = locks.watch(LockTables.sessions(), () -> changed = true);
    Collection<Session> sessions = watch.answer();
    watch.forgetAnswer();
    synchronized (this) {
      Set<String> there = new HashSet<>();
      for (Session session : sessions) {
        if (session.ttlMillis() > 0) {
          there.add(session.id());
          if (!timers.containsKey(session.id())) {
            add(session, nowMillis);
          }
        }
      }
      timers.keySet().retainAll(there);
      if (queue.size() > 2 * timers.size() + MOST_STALE) {
        queue.removeIf(due -> !timers.containsKey(due.id()));
      }
    }
  }

  private void add(Session session, long nowMillis) {
    Timer timer = new Timer(session.ttlMillis(), nowMillis);
    timers.put(session.id(), timer);
    queue.add(new Due(timer.deadlineMillis(), session.id()));
  }
}
