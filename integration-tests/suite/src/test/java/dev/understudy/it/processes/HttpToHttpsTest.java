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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A running cluster gets certificates, machine by machine, as the README tells. */
class HttpToHttpsTest {
  private static final List<String> NAMES = List.of("m1", "m2", "m3");

  @RegisterExtension final Machines machines = Machines.ofEachTest();

  private final Authority authority = new Authority("ca", System.currentTimeMillis());
  private final Map<String, MachineUnderTest> running = new TreeMap<>();
  private final Map<String, Integer> clientPorts = new TreeMap<>();
  private final Map<String, Integer> peerPorts = new TreeMap<>();

  private Path file(String name) {
    return machines.directory().resolve(name);
  }

  private void makeCertificates() throws IOException {
    Files.writeString(file("ca.crt"), authority.own().certificatePem());
    for (String name : NAMES) {
      Authority.Issued issued = authority.issue(name, List.of("127.0.0.1"), 365);
      Files.writeString(file(name + ".crt"), issued.certificatePem());
      Files.writeString(file(name + ".key"), issued.keyPem());
    }
  }

  private List<String> certificates(String name) {
    List<String> options = new ArrayList<>();
    for (String port : List.of("--", "--peer-")) {
      options.addAll(List.of(port + "cert-file", file(name + ".crt").toString()));
      options.addAll(List.of(port + "key-file", file(name + ".key").toString()));
      options.addAll(List.of(port + "trusted-ca-file", file("ca.crt").toString()));
    }
    options.add("--peer-client-cert-auth");
    return options;
  }

  private static String here(int port) {
    return "127.0.0.1:" + port;
  }

  private MachineUnderTest machine(String name, List<String> more) {
    List<String> options = new ArrayList<>(List.of("--name", name));
    options.addAll(List.of("--data-dir", file(name).toString()));
    options.addAll(List.of("--addr", here(clientPorts.get(name))));
    options.addAll(List.of("--peer-addr", here(peerPorts.get(name))));
    options.addAll(List.of("--cluster-active-size", "3", "--cluster-sync-interval", "1"));
    options.addAll(List.of("--max-retry-attempts", "30", "--retry-interval", "1", "--peers"));
    options.add(
        peerPorts.values().stream().map(HttpToHttpsTest::here).collect(Collectors.joining(",")));
    options.addAll(more);
    return machines.machine(name, options);
  }

  private void restart(String name, List<String> more) {
    assertThat(running.get(name).terminate()).isZero();
    MachineUnderTest next = machine(name, more);
    running.put(name, next);
    next.start().awaitReady();
    assertThat(next.mode()).isEqualTo("peer");
  }

  private static String write(HttpClient http, String base) throws InterruptedException {
    try {
      HttpRequest put =
          HttpRequest.newBuilder(URI.create(base + "/v2/keys/a"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .timeout(Duration.ofSeconds(15))
              .PUT(HttpRequest.BodyPublishers.ofString("value=1"))
              .build();
      return http.send(put, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void awaitWrites(HttpClient http, String scheme) {
    for (int port : clientPorts.values()) {
      Deadlines.await("a write at " + scheme + "://" + here(port))
          .until(() -> write(http, scheme + "://" + here(port)).contains("\"action\":\"set\""));
    }
  }

  private static int urls(String text, String scheme) {
    return text.split(scheme, -1).length - 1;
  }

  @Test
  void twoRoundsOfRestartsLeadFromHttpToHttpsAndNothingIsLost() throws Exception {
    makeCertificates();
    for (String name : NAMES) {
      clientPorts.put(name, Ports.free());
      peerPorts.put(name, Ports.free());
    }
    for (String name : NAMES) {
      running.put(name, machine(name, List.of()).start());
    }
    running.values().forEach(MachineUnderTest::awaitReady);
    HttpClient plain = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build();
    Tls trusting = Tls.ofCaller(Optional.empty(), Optional.of(file("ca.crt")));
    HttpClient secure =
        HttpClientFactory.forTool(trusting).followRedirects(HttpClient.Redirect.ALWAYS).build();
    awaitWrites(plain, "http");

    for (String name : NAMES) {
      List<String> both = new ArrayList<>(certificates(name));
      both.add("--tls-allow-plain");
      restart(name, both);
      awaitWrites(plain, "http");
    }
    awaitWrites(secure, "https");
    for (String name : NAMES) {
      restart(name, certificates(name));
      awaitWrites(secure, "https");
    }

    String[] members = {""};
    Deadlines.await("all have told their new URLs")
        .ignoreExceptions()
        .until(
            () -> {
              members[0] =
                  secure
                      .send(
                          HttpRequest.newBuilder(
                                  URI.create(
                                      "https://" + here(clientPorts.get("m1")) + "/v2/members"))
                              .build(),
                          HttpResponse.BodyHandlers.ofString())
                      .body();
              return urls(members[0], "https://") == 2 * NAMES.size()
                  && urls(members[0], "http://") == 0;
            });
    assertThat(write(plain, "http://" + here(clientPorts.get("m1")))).doesNotContain("action");
  }
}
