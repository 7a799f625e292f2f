package dev.understudy.admin.embedded;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.machine.MachineEvents;
import dev.understudy.admin.machine.StartRefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMachineTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String ANY_PORT = "127.0.0.1:0";

  @TempDir Path directory;

  private EmbeddedOptions options(String name) {
    return EmbeddedOptions.named(name)
        .dataDir(directory.resolve(name))
        .addr(ANY_PORT)
        .peerAddr(ANY_PORT);
  }

  @Test
  void twoMachinesShareAProcessAndLeaveNothingBehind() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    List<String> told = new CopyOnWriteArrayList<>();
    try (EmbeddedMachine one =
        Understudy.machine(options("one").clusterState("new")).listener(listener(told)).start()) {
      assertThat(told).containsExactly("founded", "ready PEER");
      try (EmbeddedMachine two =
          Understudy.machine(options("two").peers(URI.create(one.peerUrl()).getAuthority()))
              .start()) {
        assertThat(one.mode()).contains(MachineEvents.Mode.PEER);
        assertThat(two.mode()).contains(MachineEvents.Mode.PEER);
        assertThat(put(two.clientUrl(), "a=1")).isEqualTo(201);
        assertThat(threadsSince(before))
            .extracting(Thread::getName)
            .noneMatch(name -> name.matches("(qtp|HttpClient@|WebSocket@|Connector-).*"));
        assertThat(machineThreadsSince(before)).hasSizeGreaterThan(20).allMatch(Thread::isDaemon);
      }
      assertThat(one.failure()).isEmpty();
    }
    await().atMost(SOON).untilAsserted(() -> assertThat(machineThreadsSince(before)).isEmpty());
  }

  private static Set<Thread> machineThreadsSince(Set<Thread> before) {
    return threadsSince(before).stream()
        .filter(thread -> thread.getName().matches(".*-(one|two)(-.*)?"))
        .collect(Collectors.toSet());
  }

  private static Set<Thread> threadsSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .collect(Collectors.toSet());
  }

  private static MachineEvents listener(List<String> told) {
    return new MachineEvents() {
      @Override
      public void founded(long clusterId) {
        told.add("founded");
      }

      @Override
      public void ready(Mode mode) {
        told.add("ready " + mode);
      }

      @Override
      public void changed(Mode mode, String reason) {
        told.add("changed " + mode);
      }

      @Override
      public void failed(String reason) {
        told.add("failed " + reason);
      }
    };
  }

  @Test
  void aMachineGoesOnWithTheDataOfTheLastOne() throws Exception {
    try (EmbeddedMachine one = Understudy.machine(options("one")).start()) {
      assertThat(put(one.clientUrl(), "a=1")).isEqualTo(201);
      one.kill();
      assertThat(one.mode()).isEmpty();
    }
    try (EmbeddedMachine again = Understudy.machine(options("one")).start()) {
      assertThat(put(again.clientUrl(), "a=2")).as("it is there").isEqualTo(200);
    }
  }

  @Test
  void aMachineThatCannotStartSaysWhyInALine() {
    EmbeddedMachine alone =
        Understudy.machine(options("alone").peers("127.0.0.1:1").maxRetryAttempts(1));
    assertThatThrownBy(alone::start)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("no cluster could be joined")
        .hasMessageNotContaining("\n");
    assertThat(alone.mode()).isEmpty();
    alone.close();
    assertThatThrownBy(alone::start).isInstanceOf(IllegalStateException.class);

    EmbeddedMachine nowhere = Understudy.machine(options("nowhere").addr("nosuch.invalid:0"));
    assertThatThrownBy(nowhere::start)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("cannot listen on nosuch.invalid");

    EmbeddedMachine wrong = Understudy.machine(options("wrong").clusterActiveSize(1));
    assertThatThrownBy(wrong::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--cluster-active-size needs");
  }

  private static int put(String url, String form) throws IOException, InterruptedException {
    String[] parts = form.split("=");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/v2/keys/" + parts[0]))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(HttpRequest.BodyPublishers.ofString("value=" + parts[1]))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
