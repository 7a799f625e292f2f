package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code understudy bench} beside a machine that serves. */
class BenchTest {
  private static final int REQUESTS = 200;
  private static final int ROUNDS = 5;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @Test
  void everyWorkloadIsAnsweredAndCounted() throws Exception {
    MachineUnderTest machine = machines.machineAt("alone").start().awaitReady();
    List<Path> results = new ArrayList<>();
    for (String workload : List.of("put", "get", "quorum-get", "mixed", "cas", "lock", "renew")) {
      results.add(measure(machine, workload, REQUESTS, "--connections", "8", "--keys", "50"));
    }
    results.add(
        measure(machine, "put", REQUESTS, "--connections", "8", "--keys", "50", "--rate", "500"));
    results.add(measure(machine, "watch", ROUNDS, "--connections", "20"));

    assertThat(Http.get(machine.clientUrl() + "/v2/keys/bench/k49").status()).isEqualTo(200);
    List<String> compare =
        new ArrayList<>(List.of("compare", "--html", file("all.html").toString()));
    results.forEach(result -> compare.add(result.toString()));
    bench(compare, file("compared.txt"));
    assertThat(Files.readString(file("all.html"))).contains("<svg", "quorum-get");
  }

  private Path file(String name) {
    return machines.directory().resolve(name);
  }

  /** Measures, and finds in the result that each request was answered well. */
  private Path measure(MachineUnderTest machine, String workload, int count, String... more)
      throws IOException, InterruptedException {
    Path result = file(workload + more.length + ".json");
    List<String> arguments = new ArrayList<>(List.of(workload, "--json", "--warm-up", "0"));
    arguments.addAll(List.of("--duration", "60", "--count", Integer.toString(count)));
    arguments.addAll(List.of("--endpoints", machine.option("--addr").orElseThrow()));
    arguments.addAll(List.of(more));
    bench(arguments, result);
    JsonObject json = JsonParser.parseString(Files.readString(result)).getAsJsonObject();
    assertThat(json.get("requests").getAsInt()).as(workload).isEqualTo(count);
    assertThat(json.getAsJsonObject("failures").keySet()).as(workload).isEmpty();
    assertThat(json.getAsJsonObject("latency").get("max").getAsDouble()).isPositive();
    return result;
  }

  private void bench(List<String> arguments, Path output) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                MachineUnderTest.THIS_BUILD,
                "bench"));
    command.addAll(arguments);
    Path errors = file("bench.err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(Deadlines.PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as(String.join(" ", arguments))
          .isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      assertThat(errors).isEmptyFile();
    } finally {
      process.destroyForcibly();
    }
  }
}
