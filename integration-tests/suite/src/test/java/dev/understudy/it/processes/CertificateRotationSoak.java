package dev.understudy.it.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.tls.Authority;
import dev.understudy.clusterconfig.tls.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A machine whose certificate is replaced every second under load. Takes a minute:
 *
 * <pre>mvn -o verify -Psoak -pl integration-tests/suite -am</pre>
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CertificateRotationSoak {
  private static final int SECONDS = Integer.getInteger("understudy.soak.seconds", 60);
  private static final int CALLERS = 4;

  /** Then a caller connects anew. */
  private static final int REQUESTS_PER_CONNECTION = 20;

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private final Authority authority = new Authority("ca", System.currentTimeMillis());
  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();

  private Path file(String name) {
    return machines.directory().resolve(name);
  }

  private void replaceCertificate() throws IOException {
    Authority.Issued issued = authority.issue("m1", List.of("127.0.0.1"), 365);
    Files.writeString(file("m1.crt"), issued.certificatePem());
    Files.writeString(file("m1.key"), issued.keyPem());
  }

  private void call(URI key) {
    try {
      Tls tls = Tls.ofCaller(Optional.empty(), Optional.of(file("ca.crt")));
      while (!enough.get()) {
        HttpClient fresh = HttpClientFactory.forTool(tls).build();
        for (int i = 0; i < REQUESTS_PER_CONNECTION; i++) {
          HttpRequest put =
              HttpRequest.newBuilder(key)
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .timeout(Duration.ofSeconds(30))
                  .PUT(HttpRequest.BodyPublishers.ofString("value=x"))
                  .build();
          HttpResponse<Void> answer = fresh.send(put, HttpResponse.BodyHandlers.discarding());
          assertThat(answer.statusCode()).isIn(200, 201);
          answered.incrementAndGet();
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void noRequestFailsWhileTheCertificateIsReplacedEverySecond() throws Exception {
    Files.writeString(file("ca.crt"), authority.own().certificatePem());
    replaceCertificate();
    MachineUnderTest machine =
        machines.machineAt(
            "m1",
            "--cert-file",
            file("m1.crt").toString(),
            "--key-file",
            file("m1.key").toString());
    machine.start().awaitReady();
    URI base = URI.create("https://" + machine.option("--addr").orElseThrow() + "/v2/keys/");
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<CompletableFuture<Void>> callers =
          IntStream.range(0, CALLERS)
              .mapToObj(i -> CompletableFuture.runAsync(() -> call(base.resolve("k" + i)), threads))
              .toList();
      for (int second = 0; second < SECONDS; second++) {
        Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        replaceCertificate();
        machine.hangUp(); // by itself it looks every few seconds
      }
      enough.set(true);
      for (CompletableFuture<Void> caller : callers) {
        caller.get(60, TimeUnit.SECONDS);
      }
    } finally {
      enough.set(true);
      threads.shutdownNow();
    }
    long taken = machine.errors().stream().filter(l -> l.contains("new certificates for")).count();
    // A machine that gets no processor for a second takes two of them as one.
    assertThat(taken).isGreaterThan(SECONDS * 3 / 4);
    System.out.printf("%d requests, %d certificates taken%n", answered.get(), taken);
  }
}
