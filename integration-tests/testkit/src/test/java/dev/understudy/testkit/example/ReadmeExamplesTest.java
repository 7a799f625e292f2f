package dev.understudy.testkit.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.embedded.EmbeddedMachine;
import dev.understudy.admin.embedded.EmbeddedOptions;
import dev.understudy.admin.embedded.Understudy;
import dev.understudy.client.KeysClient;
import dev.understudy.client.Node;
import dev.understudy.client.recipes.Held;
import dev.understudy.client.recipes.Lock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the README, as it stands there. */
class ReadmeExamplesTest {
  @TempDir Path directory;

  @Test
  void everyLineOfTheReadmesJavaIsCompiledHere() throws Exception {
    List<String> here =
        Stream.of("ReadmeExamplesTest.java", "MyServiceTest.java")
            .flatMap(ReadmeExamplesTest::lines)
            .map(String::strip)
            .toList();
    List<String> there = new ArrayList<>();
    boolean java = false;
    for (String line : Files.readAllLines(Path.of("../../README.md"))) {
      if (line.startsWith("```")) {
        java = line.equals("```java");
      } else if (java && !line.isBlank() && !line.endsWith("// ...")) {
        there.add(line.strip());
      }
    }
    assertThat(there).hasSizeGreaterThan(15);
    assertThat(here).containsAll(there);
  }

  private static Stream<String> lines(String file) {
    Path here = Path.of("src/test/java/dev/understudy/testkit/example");
    try {
      return Files.readAllLines(here.resolve(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aMachineIsEmbeddedAndUsed() throws Exception {
    EmbeddedOptions options =
        EmbeddedOptions.named("a").dataDir(directory).addr("127.0.0.1:0").peerAddr("127.0.0.1:0");
    try (EmbeddedMachine machine = Understudy.machine(options).start()) {
      List<String> urls = List.of(machine.clientUrl());
      KeysClient client = KeysClient.to(urls).build();
      Node node = client.put("/config/mode", "fast");
      client.compareAndSwap("/config/mode", node.modifiedIndex(), "safe");
      Lock lock = new Lock(client, "/locks/report", Duration.ofSeconds(15));
      try (Held held = lock.tryAcquire(Duration.ofMinutes(1)).orElseThrow()) {
        write("report", held.fencingToken());
      }
    }
  }

  /** Those of the cluster that a reader has started; nobody is asked before the first request. */
  @Test
  void aClientIsMadeForTheAddressesOfMachines() {
    KeysClient client = KeysClient.to("http://127.0.0.1:2379", "http://127.0.0.1:2381").build();
    assertThat(client).isNotNull();
  }

  private static void write(String what, long token) {
    assertThat(what).isNotEmpty();
    assertThat(token).isPositive();
  }
}
