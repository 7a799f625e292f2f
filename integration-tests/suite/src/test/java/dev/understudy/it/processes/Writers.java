package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that write new keys without end, through one machine after the other, and remember what
 * was acknowledged. A write that fails is sent again to the next machine, as a client would do.
 */
final class Writers implements AutoCloseable {
  private static final String DIRECTORY = "/written";

  private final List<MachineUnderTest> machines;
  private final long paceNanos;
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong failures = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /** When the last write was begun that has been acknowledged since. */
  private final AtomicLong lastBegunNanos = new AtomicLong(Long.MIN_VALUE);

  private Writers(List<MachineUnderTest> machines, long paceMillis) {
    this.machines = machines;
    this.paceNanos = TimeUnit.MILLISECONDS.toNanos(paceMillis);
  }

  /**
   * @param paceMillis the pause between two writes of one writer; 0 for none
   */
  static Writers start(List<MachineUnderTest> machines, int count, long paceMillis) {
    Writers writers = new Writers(machines, paceMillis);
    for (int i = 0; i < count; i++) {
      String prefix = Long.toHexString(System.nanoTime()) + "-" + i;
      int first = i;
      Thread thread = new Thread(() -> writers.write(prefix, first), "writer-" + i);
      writers.threads.add(thread);
      thread.start();
    }
    return writers;
  }

  private void write(String prefix, int first) {
    int turn = first;
    for (int i = 0; !stopped; i++) {
      String key = DIRECTORY + "/" + prefix + "-" + i;
      boolean written = false;
      while (!written && !stopped) {
        turn = (turn + 1) % machines.size();
        written = writtenBy(machines.get(turn), key, "value of " + key);
      }
      LockSupport.parkNanos(paceNanos);
    }
  }

  private boolean writtenBy(MachineUnderTest machine, String key, String value) {
    if (!machine.isAlive()) {
      return false;
    }
    long begun = System.nanoTime();
    try {
      Answer answer = Http.putValue(machine.clientUrl() + "/v2/keys" + key, value);
      if (answer.status() == 307) {
        answer = Http.putValue(answer.header("location"), value);
      }
      if (answer.succeeded()) {
        acknowledged.put(key, value);
        lastBegunNanos.accumulateAndGet(begun, Math::max);
        return true;
      }
    } catch (IOException gone) {
      // Killed in the middle, or not there yet: the next one is asked.
      failures.incrementAndGet();
      return false;
    }
    failures.incrementAndGet();
    return false;
  }

  int count() {
    return acknowledged.size();
  }

  long failures() {
    return failures.get();
  }

  void awaitMore(int count) {
    int before = count();
    Deadlines.await(count + " more writes")
        .until(
            () -> {
              assertThat(machines).as("somebody to write to").anyMatch(MachineUnderTest::isAlive);
              return count() >= before + count;
            });
  }

  /** Whether a write that was begun after a moment has been acknowledged. */
  boolean isAnyBegunAfter(long momentNanos) {
    return lastBegunNanos.get() > momentNanos;
  }

  /**
   * Waits for the first acknowledgement of a write that was begun after a moment.
   *
   * @return how long after the moment that was, in milliseconds
   */
  long millisUntilWrittenAfter(long momentNanos) {
    Deadlines.await("a write begun after the moment is acknowledged")
        .pollInterval(java.time.Duration.ofMillis(5))
        .until(() -> lastBegunNanos.get() > momentNanos);
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - momentNanos);
  }

  /** Ends every writer. */
  @Override
  public void close() {
    stopped = true;
    Deadlines.awaitEnd(threads);
  }

  /** Fails unless the machine has every key that was acknowledged, with its value. */
  void assertAllThere(MachineUnderTest machine, boolean quorum) throws IOException {
    Map<String, String> expected = Map.copyOf(acknowledged);
    Answer answer =
        Http.get(machine.clientUrl() + "/v2/keys" + DIRECTORY + "?recursive=true&quorum=" + quorum);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    Map<String, String> found = new HashMap<>();
    for (JsonElement each : answer.object().getAsJsonObject("node").getAsJsonArray("nodes")) {
      JsonObject node = each.getAsJsonObject();
      found.put(node.get("key").getAsString(), node.get("value").getAsString());
    }
    assertThat(found).as("keys at " + machine.name()).containsAllEntriesOf(expected);
  }
}
