package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large tree with times to live comes across from Debian's etcd while it is written to, until the
 * writers stop and change over. Takes some minutes:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am</pre>
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ImportSoak {
  private static final int KEYS = Integer.getInteger("understudy.soak.keys", 100_000);
  private static final int DIRECTORIES = 500;
  private static final int CLIENTS = 16;
  private static final int WRITERS = 2;
  private static final int LEAST_WRITES = 2_000;

  /**
   * The import leaves alone what differs by three seconds and rounds to one. Times to live are told
   * as of when a listing was begun to be made, so that as long as it takes comes to it.
   */
  private static final long TTL_TOLERANCE_MILLIS = 4_000;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  @TempDir Path directory;

  /** What a client sees of a node; 0 is never. */
  private record Seen(String value, long expiresAtMillis) {}

  @Test
  void aLargeTreeIsEqualKeyByKeyOnceTheWritersHaveStopped() throws Exception {
    Tool etcd = Tool.require("etcd", "Debian: etcd-server");
    MachineUnderTest target = machines.machineAt("importer").java("-Xmx768m");
    target.start().awaitReady();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (EtcdReference source = EtcdReference.start(etcd, directory)) {
      String keys = source.url() + "/v2/keys";
      inParallel(clients, CLIENTS, client -> fill(keys, client));
      AtomicBoolean enough = new AtomicBoolean();
      AtomicInteger writes = new AtomicInteger();
      List<CompletableFuture<Void>> writing =
          IntStream.range(0, WRITERS)
              .mapToObj(
                  writer ->
                      CompletableFuture.runAsync(
                          () -> writeUntil(enough, writes, keys, writer), clients))
              .toList();

      Path printed = directory.resolve("import.out");
      Process copy = follow(source.url(), target.clientUrl(), printed);
      Deadlines.await("it is copied")
          .atMost(Duration.ofMinutes(10))
          .until(() -> Files.readString(printed).contains("copied "));
      int before = writes.get();
      Deadlines.await("it is written to all the while")
          .atMost(Duration.ofMinutes(5))
          .until(() -> writes.get() - before > LEAST_WRITES);
      enough.set(true);
      writing.forEach(CompletableFuture::join);
      Deadlines.await("what lives for seconds is gone, and nothing changes any more")
          .atMost(Duration.ofMinutes(2))
          .until(() -> !Http.get(keys + "/short").object().getAsJsonObject("node").has("nodes"));
      copy.getOutputStream().write('\n');
      copy.getOutputStream().flush();
      assertThat(copy.waitFor(5, TimeUnit.MINUTES)).isTrue();

      String said = Files.readString(printed);
      System.out.printf("%s%d writes meanwhile%n", said, writes.get());
      assertThat(copy.exitValue()).as(said).isZero();
      assertThat(said.strip().lines().reduce((a, b) -> b).orElse("")).startsWith("equal at index");
      long asked = System.nanoTime();
      Map<String, Seen> here = tree(target.clientUrl());
      Map<String, Seen> there = tree(source.url());
      long listing = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - asked);
      assertThat(there).hasSizeGreaterThan(KEYS * 9 / 10);
      assertThat(here.keySet()).isEqualTo(there.keySet());
      there.forEach((key, seen) -> assertLike(key, here.get(key), seen, listing));
      System.out.printf(
          "%d nodes are equal, %d of them with times to live that differ by %d ms at most%n",
          there.size(),
          there.values().stream().filter(seen -> seen.expiresAtMillis() > 0).count(),
          there.keySet().stream()
              .mapToLong(
                  key ->
                      Math.abs(here.get(key).expiresAtMillis() - there.get(key).expiresAtMillis()))
              .max()
              .orElse(0));
    } finally {
      clients.shutdownNow();
    }
  }

  private static void assertLike(String key, Seen here, Seen there, long listingMillis) {
    assertThat(here.value()).as(key).isEqualTo(there.value());
    assertThat(here.expiresAtMillis() > 0)
        .as(key + " expires")
        .isEqualTo(there.expiresAtMillis() > 0);
    assertThat(Math.abs(here.expiresAtMillis() - there.expiresAtMillis()))
        .as(key + " expires then")
        .isLessThanOrEqualTo(TTL_TOLERANCE_MILLIS + listingMillis);
  }

  private Process follow(String from, String to, Path printed) throws IOException {
    List<String> command = new ArrayList<>(List.of(JavaCommand.JAVA.toString(), "-Xmx512m"));
    command.addAll(JavaCommand.run(JavaCommand.THIS_BUILD));
    command.addAll(List.of("import", "etcd", from, "--endpoints", to.replace("http://", "")));
    command.addAll(List.of("--follow", "--compare", "10"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(printed.toFile())
        .start();
  }

  private interface Part {
    void of(int number) throws IOException, InterruptedException;
  }

  private static void inParallel(ExecutorService threads, int count, Part part) {
    IntStream.range(0, count)
        .mapToObj(number -> CompletableFuture.runAsync(() -> run(part, number), threads))
        .toList()
        .forEach(CompletableFuture::join);
  }

  private static void run(Part part, int number) {
    try {
      part.of(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String path(int key) {
    return "/app/" + key % DIRECTORIES + "/key%20" + key;
  }

  private static void fill(String keys, int client) throws IOException, InterruptedException {
    for (int key = client; key < KEYS; key += CLIENTS) {
      String ttl = key % 2 == 0 ? "&ttl=" + (1_800 + key % 3_600) : "";
      assertThat(ask("PUT", keys + path(key), "value=value+" + key + ttl)).isEqualTo(201);
    }
  }

  /** Sets, lets expire, renews, deletes, makes in order, and puts directories for keys. */
  private static void writeUntil(
      AtomicBoolean enough, AtomicInteger writes, String keys, int writer) {
    run(
        number -> {
          for (int at = number; !enough.get(); at += WRITERS) {
            ask("PUT", keys + path(at * 31 % KEYS), "value=changed+" + at);
            ask("PUT", keys + path(at * 37 % KEYS), "refresh=true&prevExist=true&ttl=7200");
            ask("PUT", keys + "/short/" + at, "value=soon+gone&ttl=" + (1 + at % 20));
            ask("DELETE", keys + path(at * 41 % KEYS), "");
            ask("POST", keys + "/queue", "value=job+" + at);
            String flips = keys + "/flips" + number;
            ask("PUT", flips, at % 4 < 2 ? "dir=true" : "value=a+key");
            ask("DELETE", flips + "?recursive=true", "");
            writes.addAndGet(7);
          }
        },
        writer);
  }

  private static int ask(String method, String url, String form)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofString(form))
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static Map<String, Seen> tree(String url) throws IOException {
    return ListedKeys.of(url, node -> new Seen(ListedKeys.value(node), expiresAtMillis(node)));
  }

  private static long expiresAtMillis(JsonObject node) {
    return node.has("expiration")
        ? OffsetDateTime.parse(node.get("expiration").getAsString()).toInstant().toEpochMilli()
        : 0;
  }
}
