package dev.understudy.admin.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.admin.embedded.EmbeddedMachine;
import dev.understudy.admin.embedded.EmbeddedOptions;
import dev.understudy.admin.embedded.Understudy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one machine of ours to another: what a source does here, an etcd does as well. */
class EtcdImportTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ANY_PORT = "127.0.0.1:0";

  private static final long NEVER_MILLIS = Long.MAX_VALUE;

  /** Half a minute of patience passes in less than a second. */
  private static final int HASTE = 50;

  private static final Pause PAUSE =
      millis ->
          CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS));

  @TempDir static Path directory;
  private static EmbeddedMachine source;
  private static EmbeddedMachine target;
  private static String sourceUrl;

  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  @BeforeAll
  static void start() throws Exception {
    source = machine("source", ANY_PORT, ANY_PORT);
    target = machine("target", ANY_PORT, ANY_PORT);
    sourceUrl = source.clientUrl();
  }

  @AfterAll
  static void close() {
    source.close();
    target.close();
  }

  private static EmbeddedMachine machine(String name, String address, String peerAddress)
      throws Exception {
    return Understudy.machine(
            EmbeddedOptions.named(name)
                .dataDir(directory.resolve(name))
                .addr(address)
                .peerAddr(peerAddress))
        .start();
  }

  private static KeySpace keys(String url, LongSupplier wallMillis) {
    return new KeySpace(HttpClient.newHttpClient(), List.of(url), Optional.empty(), wallMillis);
  }

  private static void write(KeySpace keys, String path, String form) {
    HttpResponse<String> answer = keys.write(path, "", Optional.of(form)).join();
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
  }

  private static void delete(KeySpace keys, String path) {
    HttpResponse<String> answer = keys.write(path, "?recursive=true", Optional.empty()).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static boolean holds(KeySpace keys, String path)
      throws IOException, ImportException, InterruptedException {
    return keys.list(path).nodes().containsKey(path);
  }

  private CompletableFuture<Void> follow(
      String prefix, LongSupplier wallMillis, long compareMillis) {
    KeySpace to = keys(target.clientUrl(), wallMillis);
    EtcdImport copy =
        new EtcdImport(
            keys(sourceUrl, wallMillis),
            to,
            prefix,
            PAUSE,
            wallMillis,
            new ChangeWriter(to, PAUSE, wallMillis),
            said::add,
            () -> {});
    return CompletableFuture.runAsync(
        () -> {
          try {
            copy.run(new EtcdImport.Plan(false, true, compareMillis), stop::get);
          } catch (ImportException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void whatAnyKeyHoldsComesAcrossAndGoesOnAfterTheSourceWasAway() throws Exception {
    LongSupplier hasty = () -> System.currentTimeMillis() * HASTE;
    KeySpace from = keys(sourceUrl, hasty);
    KeySpace to = keys(target.clientUrl(), hasty);
    List<String> names =
        List.of(
            "two words", "100%", "%20", "a+b", "what?x=y", "#1", "a;b=c", "a&b", "ä日😀", "'\"\\");
    String prefix = "/any + %20?;#ä";
    for (String name : names) {
      write(from, prefix + "/listed " + name, "value=1");
    }
    CompletableFuture<Void> copy = follow(prefix, hasty, HASTE * 1_000);
    await().atMost(SOON).until(() -> holds(to, prefix + "/listed two words"));
    for (String name : names) {
      write(from, prefix + "/watched " + name + "/below", "value=2");
    }
    await().atMost(SOON).until(() -> holds(to, prefix + "/watched two words/below"));

    source.close();
    await().atMost(SOON).until(() -> said.stream().anyMatch(line -> line.endsWith("trying on")));
    source =
        machine(
            "source",
            URI.create(sourceUrl).getAuthority(),
            URI.create(source.peerUrl()).getAuthority());
    write(from, prefix + "/after", "value=3");
    await().atMost(SOON).until(() -> holds(to, prefix + "/after"));
    stop.set(true);
    copy.get(SOON.toSeconds(), TimeUnit.SECONDS);

    assertThat(said.get(said.size() - 1)).startsWith("equal at index ").contains(": 32 nodes");
    assertThat(to.list(prefix).nodes()).isEqualTo(from.list(prefix).nodes()).hasSize(32);
  }

  @Test
  void aDirectoryAbovePrefixTakesNothingElseWithIt() throws Exception {
    KeySpace from = keys(sourceUrl, System::currentTimeMillis);
    KeySpace to = keys(target.clientUrl(), System::currentTimeMillis);
    write(from, "/app/mine/key", "value=1");
    write(to, "/app/others/key", "value=2");
    CompletableFuture<Void> copy = follow("/app/mine", System::currentTimeMillis, NEVER_MILLIS);
    await().atMost(SOON).until(() -> holds(to, "/app/mine/key"));

    delete(from, "/app");
    await().atMost(SOON).until(() -> !holds(to, "/app/mine/key"));
    stop.set(true);
    copy.get(SOON.toSeconds(), TimeUnit.SECONDS);

    assertThat(holds(to, "/app/others/key")).isTrue();
  }
}
