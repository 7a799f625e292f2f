package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that compete for one lock, each with sessions of its own, at all machines in any order.
 * They know no more than a client may: who holds the lock may count on it until it gives it back,
 * or until the time to live of its session has passed since it sent the last renewal that was
 * answered. Some are silent in the middle of it and let their session end.
 */
final class LockHolders implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final long TTL_MILLIS = 1_000;
  private static final long RENEWED_EVERY_MILLIS = 80;
  private static final int LONGEST_HOLD_MILLIS = 250;
  private static final int PAUSE_MILLIS = 20;
  private static final int FALLING_SILENT_PERCENT = 15;
  private static final String LOCK = "contended";

  private final List<MachineUnderTest> machines;
  private final Queue<Hold> holds = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /** From when until when a client could count on the lock, and the number that it was given. */
  private record Hold(String session, long token, long fromNanos, long untilNanos) {
    boolean isEmpty() {
      return untilNanos <= fromNanos;
    }
  }

  private LockHolders(List<MachineUnderTest> machines) {
    this.machines = machines;
  }

  /** Begins; machines must allow sessions of one second. */
  static LockHolders start(List<MachineUnderTest> machines) {
    LockHolders holders = new LockHolders(machines);
    for (int i = 0; i < CLIENTS; i++) {
      Random random = new Random(i);
      holders.threads.add(new Thread(() -> holders.live(random), "holder-" + i));
    }
    holders.threads.forEach(Thread::start);
    return holders;
  }

  /** Waits until the lock was held so many times more. */
  void awaitMore(int count) {
    int before = holds.size();
    Deadlines.await(count + " more holders of the lock")
        .until(() -> holds.size() >= before + count || !surprises.isEmpty());
  }

  private void live(Random random) {
    try {
      while (!stopped) {
        Optional<Lease> lease = Lease.create(this, random);
        lease.ifPresent(Lease::compete);
        pause(random.nextInt(PAUSE_MILLIS));
      }
    } catch (RuntimeException | Error e) {
      surprises.add(e);
    }
  }

  private static void pause(long millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** A machine that is down or knows no leader is as good as silent. */
  private Optional<Answer> put(Random random, String path, String body) {
    MachineUnderTest asked = machines.get(random.nextInt(machines.size()));
    try {
      return Optional.of(Http.putJson(asked.clientUrl() + "/v1/" + path, body));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  /** No two clients could count on the lock at once, and each was given a higher number. */
  void check() {
    assertThat(surprises).isEmpty();
    List<Hold> all =
        holds.stream()
            .filter(hold -> !hold.isEmpty())
            .sorted(Comparator.comparingLong(Hold::fromNanos))
            .toList();
    for (int i = 1; i < all.size(); i++) {
      Hold before = all.get(i - 1);
      Hold after = all.get(i);
      assertThat(after.fromNanos() - before.untilNanos())
          .as("between %s and %s", before, after)
          .isNotNegative();
      assertThat(after.token()).as("of %s after %s", after, before).isGreaterThan(before.token());
    }
  }

  @Override
  public void close() {
    stopped = true;
    Deadlines.awaitEnd(threads);
  }

  /** One session of one client, and its attempts to take the lock. */
  private static final class Lease {
    private final LockHolders holders;
    private final Random random;
    private final String session;
    private long sureUntilNanos;
    private boolean lost;

    private Lease(LockHolders holders, Random random, String session, long sentNanos) {
      this.holders = holders;
      this.random = random;
      this.session = session;
      sureSince(sentNanos);
    }

    private void sureSince(long sentNanos) {
      sureUntilNanos = sentNanos + TimeUnit.MILLISECONDS.toNanos(TTL_MILLIS);
    }

    static Optional<Lease> create(LockHolders holders, Random random) {
      long sentNanos = System.nanoTime();
      return holders
          .put(random, "session/create", "{\"TTL\":\"" + TTL_MILLIS + "ms\",\"LockDelay\":\"0s\"}")
          .filter(Answer::succeeded)
          .map(answer -> answer.object().get("ID").getAsString())
          .map(id -> new Lease(holders, random, id, sentNanos));
    }

    void compete() {
      while (!lost && !holders.stopped) {
        Optional<Long> token = lock();
        if (token.isPresent()) {
          hold(token.get());
          return;
        }
        pause(random.nextInt(PAUSE_MILLIS));
        renew();
      }
    }

    /** The number comes with the answer that gives the lock. */
    private Optional<Long> lock() {
      String step =
          "[{\"KV\":{\"Verb\":\"lock\",\"Key\":\"%s\",\"Session\":\"%s\"}}]"
              .formatted(LOCK, session);
      return holders
          .put(random, "txn", step)
          .filter(answer -> answer.status() == 200)
          .map(
              answer ->
                  answer
                      .object()
                      .getAsJsonArray("Results")
                      .get(0)
                      .getAsJsonObject()
                      .getAsJsonObject("KV")
                      .get("LockIndex")
                      .getAsLong());
    }

    private void hold(long token) {
      long fromNanos = System.nanoTime();
      long endNanos =
          fromNanos + TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_HOLD_MILLIS));
      boolean silent = random.nextInt(100) < FALLING_SILENT_PERCENT;
      while (!silent && !lost && System.nanoTime() < endNanos) {
        pause(RENEWED_EVERY_MILLIS);
        renew();
      }
      long untilNanos = silent ? sureUntilNanos : Math.min(sureUntilNanos, System.nanoTime());
      holders.holds.add(new Hold(session, token, fromNanos, untilNanos));
      if (!silent) {
        holders.put(random, "kv/" + LOCK + "?release=" + session, "");
        holders.put(random, "session/destroy/" + session, "");
      }
    }

    private void renew() {
      long sentNanos = System.nanoTime();
      Optional<Answer> answer = holders.put(random, "session/renew/" + session, "");
      if (answer.filter(Answer::succeeded).isPresent()) {
        sureSince(sentNanos);
      }
      lost = answer.filter(each -> each.status() == 404).isPresent();
    }
  }
}
