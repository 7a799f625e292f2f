package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that gets no more memory or threads is not to be half alive: it ends at once, and its
 * last line says why. The limits here are so low that no bound of its own can help.
 */
class ExhaustionTest {
  private static final Pattern LOGGED = Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\S+ [A-Z]+ .*");

  /** With little memory the collector works long before it gives up. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  /** The smaller one runs out while it starts, the other under the load. */
  @ParameterizedTest
  @ValueSource(strings = {"-Xmx12m", "-Xmx18m"})
  void aMachineWhoseMemoryIsUsedUpEndsWithOneLine(String heap) {
    MachineUnderTest machine = machines.machineAt("m1").java(heap).start();
    String value = "x".repeat(1_500_000);
    Deadlines.await("the end")
        .atMost(PATIENCE)
        .until(
            () -> {
              atOnce(20, i -> Http.putValue(machine.clientUrl() + "/v2/keys/" + i, value));
              return !machine.isAlive();
            });
    ended(machine, "the memory is used up");
  }

  /** Each thread takes so much address space that a few dozen are all there can be. */
  @Test
  void aMachineThatGetsNoMoreThreadsEndsWithOneLine() throws IOException {
    MachineUnderTest machine =
        machines
            .machineAt("m1")
            .java("-Xss64m", "-XX:CompressedClassSpaceSize=64m", "-XX:ReservedCodeCacheSize=64m")
            .limitedTo("-v 5000000")
            .start()
            .awaitReady();
    for (int i = 0; i < 1_100; i++) {
      Http.putValue(machine.clientUrl() + "/v2/keys/many/" + i, "x".repeat(1_000));
    }
    Deadlines.await("the end")
        .atMost(PATIENCE)
        .until(
            () -> {
              atOnce(100, i -> Http.get(machine.clientUrl() + "/v2/keys/?recursive=true"));
              return !machine.isAlive();
            });
    ended(machine, "no further thread can be started");
    assertThat(machine.printed())
        .as("standard output")
        .singleElement()
        .asString()
        .startsWith("ready ");
  }

  private static void ended(MachineUnderTest machine, String why) {
    assertThat(machine.awaitExit()).as("exit code").isEqualTo(1);
    List<String> told =
        machine.errors().stream().filter(line -> !LOGGED.matcher(line).matches()).toList();
    assertThat(told)
        .as("what it says")
        .singleElement()
        .asString()
        .startsWith("understudy: " + why)
        .endsWith("this machine cannot go on");
  }

  /** A request that may be refused, cut off, or never answered. */
  @FunctionalInterface
  private interface Attempt {
    void make(int number) throws IOException;
  }

  private static void atOnce(int count, Attempt attempt) {
    List<Thread> clients =
        IntStream.range(0, count)
            .mapToObj(i -> new Thread(() -> tried(attempt, i), "client-" + i))
            .toList();
    clients.forEach(Thread::start);
    Deadlines.awaitEnd(clients);
  }

  private static void tried(Attempt attempt, int number) {
    try {
      attempt.make(number);
    } catch (IOException e) {
      // The machine has ended, or is about to.
    }
  }
}
