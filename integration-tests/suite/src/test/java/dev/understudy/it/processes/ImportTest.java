package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.it.processes.Tool.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The keys of Debian's etcd come across: while it is written to, and from its files. */
class ImportTest {
  private static final int KEYS = 400;
  private static final int SECONDS = 120;

  @RegisterExtension static final Machines machines = Machines.ofAllTests();

  @TempDir Path directory;

  private Result understudy(String... arguments) {
    List<String> command = new ArrayList<>(List.of("-jar", System.getProperty("understudy.jar")));
    Collections.addAll(command, arguments);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return Tool.at(java).run(directory, Map.of(), SECONDS, command.toArray(String[]::new));
  }

  @Test
  void theKeysOfAnEtcdComeAcrossWhileItIsWrittenToAndFromItsFiles() throws Exception {
    Tool etcd = Tool.require("etcd", "Debian: etcd-server");
    MachineUnderTest first = machines.machineAt("importer").start().awaitReady();
    MachineUnderTest second = machines.machineAt("importer2").start().awaitReady();
    EtcdReference source = EtcdReference.start(etcd, directory);
    try (source) {
      fill(source.url() + "/v2/keys");
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Void> writes =
          CompletableFuture.runAsync(() -> writeUntil(enough, source.url() + "/v2/keys"));

      Result during = understudy("import", "etcd", source.url(), "--endpoints", first.clientUrl());
      enough.set(true);
      writes.join();
      Result whileItRuns = filesInto(second);
      Result again = understudy("import", "etcd", source.url(), "--endpoints", first.clientUrl());
      Result resumed =
          understudy("import", "etcd", source.url(), "--endpoints", first.clientUrl(), "--resume");

      assertThat(during.exit()).as(during.printed()).isZero();
      assertThat(whileItRuns.exit()).as("what it writes later would be missing").isEqualTo(1);
      assertThat(whileItRuns.printed()).contains("an etcd runs with it");
      assertThat(again.exit()).isEqualTo(1);
      assertThat(again.printed()).contains("--resume");
      assertThat(resumed.exit()).as(resumed.printed()).isZero();
      assertThat(tree(first.clientUrl())).hasSizeGreaterThan(KEYS).isEqualTo(tree(source.url()));
    }

    // It was killed, and its files hold what it had acknowledged, hidden keys as well.
    Result files = filesInto(second);

    assertThat(files.exit()).as(files.printed()).isZero();
    assertThat(tree(second.clientUrl())).isEqualTo(tree(first.clientUrl()));
    assertThat(Http.get(second.clientUrl() + "/v2/keys/_hidden/key").body())
        .contains("\"value\":\"seen by nobody\"");
    first.kill();
    second.kill();
  }

  private Result filesInto(MachineUnderTest target) {
    String data = directory.resolve("reference-data").toString();
    return understudy("import", "snapshot", data, "--endpoints", target.clientUrl());
  }

  private static void fill(String keys) throws IOException {
    for (int i = 0; i < KEYS; i++) {
      assertThat(Http.putValue(keys + "/app/" + i % 50 + "/key" + i, "value " + i).status())
          .isEqualTo(201);
    }
    Http.put(keys + "/lease", Map.of("value", "ends", "ttl", "3600"));
    Http.put(keys + "/service", Map.of("dir", "true", "ttl", "7200"));
    Http.putValue(keys + "/service/a%2Bb%20%C3%A4", "1 + 1 = ä & more");
    Http.putValue(keys + "/service/100%25%3Fx%3Dy%231%3Bc%26d", "100 % ; #");
    Http.put(keys + "/empty", Map.of("dir", "true"));
    Http.putValue(keys + "/_hidden/key", "seen by nobody");
    Http.post(keys + "/queue", Map.of("value", "first"));
  }

  /** Changes of every kind, until it is enough. */
  private static void writeUntil(AtomicBoolean enough, String keys) {
    try {
      for (int i = 0; i < 20_000 && !enough.get(); i++) {
        Http.putValue(keys + "/app/" + i % 50 + "/key" + i % KEYS, "changed " + i);
        Http.post(keys + "/queue", Map.of("value", "job " + i));
        Http.delete(keys + "/app/" + i % 50 + "/key" + (i + 7) % KEYS);
        Http.put(keys + "/flips", i % 2 == 0 ? Map.of("dir", "true") : Map.of("value", "a key"));
        Http.delete(keys + "/flips?recursive=true");
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Every key and directory that can be listed, and whether it expires; no indexes. */
  private static Map<String, String> tree(String url) throws IOException {
    return ListedKeys.of(
        url, node -> ListedKeys.value(node) + (node.has("ttl") ? ", expires" : ""));
  }
}
