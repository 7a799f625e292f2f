package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write a few keys and read them by quorum, through all machines in turn, and remember
 * who saw what when. The store numbers its writes, so the history can be checked without a search:
 * a read is stale when it shows a lower number than a write, or a read, that was answered before it
 * was called.
 */
final class Registers implements AutoCloseable {
  private static final int KEYS = 3;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** What one request found; times as {@link System#nanoTime}. */
  private record Deed(boolean read, long calledNanos, long answeredNanos, long number) {}

  private final List<MachineUnderTest> machines;
  private final List<Queue<Deed>> histories = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();
  private final AtomicLong stuck = new AtomicLong();
  private final AtomicLong longestNanos = new AtomicLong();
  private volatile boolean stopped;

  private Registers(List<MachineUnderTest> machines) {
    this.machines = machines;
  }

  /** Starts one writer and two readers for every key. */
  static Registers start(List<MachineUnderTest> machines) {
    Registers registers = new Registers(machines);
    for (int i = 0; i < KEYS; i++) {
      String path = "/v2/keys/register" + i;
      Queue<Deed> history = new ConcurrentLinkedQueue<>();
      registers.histories.add(history);
      registers.client("register-writer-" + i, i, false, path, history);
      registers.client("register-reader-" + i, i + 1, true, path, history);
      registers.client("register-reader-b-" + i, i + 2, true, path, history);
    }
    registers.threads.forEach(Thread::start);
    return registers;
  }

  private void client(String name, int first, boolean reads, String path, Queue<Deed> history) {
    threads.add(
        new Thread(
            () -> {
              for (int i = first; !stopped; i++) {
                MachineUnderTest machine = machines.get(i % machines.size());
                act(machine.clientUrl() + path, reads, "value" + i, history);
                LockSupport.parkNanos(PAUSE_NANOS);
              }
            },
            name));
  }

  private void act(String url, boolean reads, String value, Queue<Deed> history) {
    long called = System.nanoTime();
    try {
      Answer answer = reads ? Http.get(url + "?quorum=true") : Http.putValue(url, value);
      long answered = System.nanoTime();
      longestNanos.accumulateAndGet(answered - called, Math::max);
      if (answer.succeeded()) {
        JsonObject node = answer.object().getAsJsonObject("node");
        history.add(new Deed(reads, called, answered, node.get("modifiedIndex").getAsLong()));
      }
    } catch (HttpTimeoutException e) {
      stuck.incrementAndGet();
    } catch (IOException gone) {
      // A connection that broke told nothing; what it meant is not known.
      longestNanos.accumulateAndGet(System.nanoTime() - called, Math::max);
    } catch (RuntimeException e) {
      surprises.add(e);
    }
  }

  long reads() {
    return histories.stream().flatMap(Queue::stream).filter(Deed::read).count();
  }

  long writes() {
    return histories.stream().flatMap(Queue::stream).filter(deed -> !deed.read()).count();
  }

  /** Waits until so many more writes and reads were answered. */
  void awaitMore(int count) {
    long readsBefore = reads();
    long writesBefore = writes();
    Deadlines.await(count + " more reads and writes")
        .until(() -> reads() >= readsBefore + count && writes() >= writesBefore + count);
  }

  /** The longest that a request waited for its answer, whatever that was. */
  long longestMillis() {
    return TimeUnit.NANOSECONDS.toMillis(longestNanos.get());
  }

  @Override
  public void close() {
    stopped = true;
    Deadlines.awaitEnd(threads);
  }

  /** Fails on a stale read, and on a request that nobody answered. */
  void check() {
    assertThat(surprises).isEmpty();
    assertThat(stuck).as("requests that were never answered").hasValue(0);
    histories.forEach(Registers::check);
  }

  /** Everything answered before a read was called bounds it from below. */
  private static void check(Queue<Deed> history) {
    List<Deed> byCall = new ArrayList<>(history);
    byCall.sort((a, b) -> Long.compare(a.calledNanos(), b.calledNanos()));
    List<Deed> byAnswer = new ArrayList<>(history);
    byAnswer.sort((a, b) -> Long.compare(a.answeredNanos(), b.answeredNanos()));
    int answered = 0;
    long newest = 0;
    for (Deed deed : byCall) {
      while (answered < byAnswer.size()
          && byAnswer.get(answered).answeredNanos() < deed.calledNanos()) {
        newest = Math.max(newest, byAnswer.get(answered).number());
        answered++;
      }
      assertThat(deed.number())
          .as(deed.read() ? "a stale read" : "a write in the past")
          .isGreaterThanOrEqualTo(newest);
    }
  }
}
