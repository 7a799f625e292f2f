package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.understudy.it.processes.Http.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leaders that are stopped by SIGTERM while clients write through every machine. */
class PlannedStopTest {
  private static final int STOPS = 3;

  /** Ten times what is meant, since these machines share a processor with others. */
  private static final long GAP_AT_MOST_MILLIS = 1_000;

  /** Far longer than any gap may be: nobody is elected but by what a stop does. */
  private static final String ELECTION_MILLIS = "20000";

  /** What a process takes to stop: hand over, drain, ports, threads, log. */
  private static final long STOP_AT_MOST_MILLIS = 6_000;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void aLeaderThatIsStoppedHandsOverAndNobodyNoticesIt() throws IOException {
    TestCluster cluster =
        TestCluster.start(machines, 3, 3, 600, "--peer-election-timeout", ELECTION_MILLIS);
    for (int i = 0; i < STOPS; i++) {
      MachineUnderTest leader = cluster.leader();
      List<Writer> writers = cluster.machines().stream().map(Writer::new).toList();
      writers.forEach(Writer::start);
      writers.forEach(writer -> writer.awaitMore(20));
      writers.forEach(Writer::forgetGaps);

      long begun = System.nanoTime();
      assertThat(leader.terminate()).as("exit code").isZero();
      Deadlines.kept("a stop", millisSince(begun), STOP_AT_MOST_MILLIS);

      List<Writer> others = writers.stream().filter(w -> w.machine != leader).toList();
      others.forEach(writer -> writer.awaitMore(20));
      writers.forEach(Writer::close);
      writers.forEach(
          writer ->
              assertThat(writer.refusals).as("answered by " + writer.machine.name()).isEmpty());
      others.forEach(
          writer -> assertThat(writer.broken).as("at " + writer.machine.name()).isEmpty());
      long gap = others.stream().mapToLong(Writer::longestGapMillis).max().orElseThrow();
      Deadlines.kept("a planned stop of the leader, without a write", gap, GAP_AT_MOST_MILLIS);
      leader.start().awaitReady();
    }
  }

  @Test
  void aMachineThatIsAloneStopsAtOnce() throws IOException {
    MachineUnderTest alone = machines.machineAt("alone").start().awaitReady();
    Http.putValue(alone.clientUrl() + "/v2/keys/a", "1");
    long begun = System.nanoTime();
    assertThat(alone.terminate()).isZero();
    Deadlines.kept("a stop of one", millisSince(begun), STOP_AT_MOST_MILLIS / 2);
  }

  /** A service is told so to read its files again, whether there are any. */
  @Test
  void aHangUpEndsNoMachine() throws IOException {
    String nobody = "127.0.0.1:" + Ports.free();
    MachineUnderTest looking =
        machines.machineAt("looking", "--peers", nobody, "--max-retry-attempts", "1000").start();
    awaitLogged(looking, "no seat by way of http://" + nobody);
    // Java leaves a signal alone that was ignored before it started, as nohup has it.
    assumeFalse(ignoresHangUps(looking), "SIGHUP is ignored by what has started this");
    looking.hangUp();
    awaitLogged(looking, "SIGHUP: there are no certificates to read again");
    MachineUnderTest alone = machines.machineAt("alone").start().awaitReady();
    alone.hangUp();
    awaitLogged(alone, "SIGHUP: there are no certificates to read again");
    assertThat(Http.putValue(alone.clientUrl() + "/v2/keys/a", "1").status()).isEqualTo(201);
    assertThat(looking.isAlive()).isTrue();
  }

  private static boolean ignoresHangUps(MachineUnderTest machine) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + machine.pid(), "status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> Long.parseUnsignedLong(line.split("\\s+")[1], 16) % 2 != 0);
  }

  private static void awaitLogged(MachineUnderTest machine, String text) {
    Deadlines.await(text)
        .until(() -> machine.errors().stream().anyMatch(line -> line.contains(text)));
  }

  private static long millisSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
  }

  /** A client that writes to one machine only, without a pause, and repeats nothing. */
  private static final class Writer {
    private final MachineUnderTest machine;
    private final Thread thread = new Thread(this::run, "writer");
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong longestGapNanos = new AtomicLong();

    /** Answers other than success; none is to be seen at any machine. */
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

    /** What got no answer; natural at a machine whose port has closed. */
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();

    private volatile boolean stopped;

    Writer(MachineUnderTest machine) {
      this.machine = machine;
    }

    void start() {
      thread.start();
    }

    private void run() {
      long last = System.nanoTime();
      while (!stopped) {
        try {
          Answer answer = Http.putValue(machine.clientUrl() + "/v2/keys/w-" + machine.name(), "1");
          long now = System.nanoTime();
          if (answer.succeeded()) {
            written.incrementAndGet();
            longestGapNanos.accumulateAndGet(now - last, Math::max);
            last = now;
          } else {
            refusals.add(answer.status() + " " + answer.body());
          }
        } catch (IOException e) {
          broken.add(e.toString());
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
      }
    }

    void awaitMore(int count) {
      long before = written.get();
      Deadlines.await(count + " writes through " + machine.name())
          .until(() -> written.get() >= before + count);
    }

    void forgetGaps() {
      longestGapNanos.set(0);
    }

    long longestGapMillis() {
      return TimeUnit.NANOSECONDS.toMillis(longestGapNanos.get());
    }

    void close() {
      stopped = true;
      Deadlines.awaitEnd(new ArrayList<>(List.of(thread)));
    }
  }
}
