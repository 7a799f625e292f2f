package dev.understudy.it.processes;

import com.google.gson.JsonObject;
import dev.understudy.it.processes.Http.Answer;
import dev.understudy.testkit.history.History;
import dev.understudy.testkit.history.History.WatchRecording;
import dev.understudy.testkit.history.WatchedEvent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Watches one key or directory by long polls, at any machine, each from the index behind what was
 * seen last.
 */
final class RecordingWatcher {
  private static final int HISTORY_CLEARED = 401;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final int number;
  private final String key;
  private final String parameters;
  private final boolean recursive;
  private final List<MachineUnderTest> machines;
  private final History history;
  private final Random random;
  private final Thread thread;
  private WatchRecording recording;
  private volatile long nextIndex;
  private volatile boolean stopped;

  RecordingWatcher(
      int number, String key, boolean recursive, List<MachineUnderTest> machines, History history) {
    this.number = number;
    this.key = key;
    this.recursive = recursive;
    this.parameters = "?wait=true&recursive=" + recursive;
    this.machines = machines;
    this.history = history;
    random = new Random(number);
    thread = new Thread(this::live, "watcher-" + number);
  }

  void start() {
    recording = history.watch(number, key, recursive);
    thread.start();
  }

  /** Does not interrupt what waits for an answer; that ends with the client's patience. */
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  void awaitEnd() {
    Deadlines.awaitEnd(List.of(thread));
  }

  /** Waits until it has seen a change; one that it has not seen in time it has missed. */
  void awaitSeen(long index) {
    try {
      Deadlines.await("a watch on " + key + " sees @" + index).until(() -> nextIndex > index);
    } catch (ConditionTimeoutException e) {
      recording.seenThrough(index);
    }
  }

  private void live() {
    while (!stopped) {
      MachineUnderTest machine = machines.get(random.nextInt(machines.size()));
      try {
        if (nextIndex == 0) {
          begin(machine);
        } else {
          poll(machine);
        }
      } catch (IOException | RuntimeException e) {
        LockSupport.parkNanos(RETRY_NANOS); // broken off, or not there: another one is asked
      }
    }
  }

  private void begin(MachineUnderTest machine) throws IOException {
    Answer answer = Http.get(machine.clientUrl() + "/v2/keys" + key);
    String index = answer.header("x-etcd-index");
    if ((answer.status() == 200 || answer.status() == 404) && !index.isEmpty()) {
      nextIndex = Long.parseLong(index) + 1;
      recording.from(nextIndex);
    } else {
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private void poll(MachineUnderTest machine) throws IOException {
    Answer answer =
        Http.get(machine.clientUrl() + "/v2/keys" + key + parameters + "&waitIndex=" + nextIndex);
    if (answer.status() == 200 && !answer.body().isEmpty()) {
      saw(answer.object());
    } else if (answer.status() == 400
        && answer.object().get("errorCode").getAsInt() == HISTORY_CLEARED) {
      recording = history.watch(number, key, recursive);
      nextIndex = 0;
    } else {
      LockSupport.parkNanos(RETRY_NANOS);
    }
  }

  private void saw(JsonObject event) {
    JsonObject node = event.getAsJsonObject("node");
    long index = node.get("modifiedIndex").getAsLong();
    recording.saw(
        new WatchedEvent(
            index,
            event.get("action").getAsString(),
            node.get("key").getAsString(),
            Optional.ofNullable(node.get("value")).map(value -> value.getAsString()),
            System.nanoTime()));
    nextIndex = index + 1;
  }
}
