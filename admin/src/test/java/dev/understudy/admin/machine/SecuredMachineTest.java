package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.Security;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.HttpClientFactory;
import dev.understudy.clusterconfig.tls.AllowedNames;
import dev.understudy.clusterconfig.tls.Authority;
import dev.understudy.clusterconfig.tls.Tls;
import dev.understudy.clusterconfig.tls.TlsVersion;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines with certificates, in this process, on the loopback interface. */
class SecuredMachineTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Authority CA = new Authority("ca", System.currentTimeMillis());
  private static final Authority OTHER_CA = new Authority("other", System.currentTimeMillis());
  private static final List<String> HERE = List.of("127.0.0.1");

  @TempDir Path directory;

  private final List<Subject> subjects = new ArrayList<>();

  @AfterEach
  void stop() {
    subjects.forEach(subject -> subject.machine.close());
  }

  private Tls.Identity identity(Authority authority, String name) throws IOException {
    Authority.Issued issued = authority.issue(name, HERE, 1);
    Tls.Identity files =
        new Tls.Identity(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    Files.writeString(files.certFile(), issued.certificatePem());
    Files.writeString(files.keyFile(), issued.keyPem());
    return files;
  }

  private static Path caIn(Path directory, Authority authority) throws IOException {
    return Files.writeString(directory.resolve("ca"), authority.own().certificatePem());
  }

  private Tls mutual(String name, AllowedNames names) throws IOException {
    return new Tls(
        Optional.of(identity(CA, name)),
        Optional.of(caIn(directory, CA)),
        true,
        TlsVersion.TLS_1_2,
        List.of(),
        names);
  }

  private Security both(String name) throws IOException {
    Tls tls = mutual(name, AllowedNames.ANY);
    return new Security(Optional.of(tls), Optional.of(tls), false);
  }

  private HttpClient caller(Optional<Tls.Identity> identity) throws IOException {
    return HttpClientFactory.forTool(Tls.ofCaller(identity, Optional.of(caIn(directory, CA))))
        .followRedirects(HttpClient.Redirect.ALWAYS)
        .build();
  }

  private HttpClient user() throws IOException {
    return caller(Optional.of(identity(CA, "user")));
  }

  private static HttpResponse<String> put(HttpClient http, String clientUrl, String value)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(clientUrl + "/v2/keys/a"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(SOON)
            .PUT(HttpRequest.BodyPublishers.ofString("value=" + value))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void machinesWithCertificatesFormAClusterAndServeWhoeverHasOne() throws Exception {
    Subject one = new Subject("one", both("one"));
    Subject two = new Subject("two", both("two"), one);
    one.machine.start();
    two.machine.start();
    assertThat(one.options.machine().clientUrl()).startsWith("https://");
    HttpClient user = user();
    for (Subject subject : subjects) {
      String url = subject.options.machine().clientUrl();
      await().atMost(SOON).until(() -> put(user, url, "1").statusCode() / 100 == 2);
    }
    assertThat(answerTo(user, one, "balancer.example"))
        .as("judged by the names that are let in, not by those of the certificate")
        .startsWith("HTTP/1.1 403 ")
        .contains("--host-whitelist");
    assertThat(answerTo(user, one, "localhost")).startsWith("HTTP/1.1 200 ");
    assertThat(expiryDays(user, one, "client")).isBetween(0.9, 1.1);
    assertThat(expiryDays(user, one, "peer")).isBetween(0.9, 1.1);
    HttpClient nobody = caller(Optional.empty());
    assertThatThrownBy(() -> put(nobody, one.options.machine().clientUrl(), "2"))
        .isInstanceOf(IOException.class);
    HttpClient stranger = caller(Optional.of(identity(OTHER_CA, "stranger")));
    assertThatThrownBy(() -> put(stranger, one.options.machine().clientUrl(), "2"))
        .isInstanceOf(IOException.class);
  }

  /** To whoever asks for another name than those of the certificate. */
  private static String answerTo(HttpClient http, Subject subject, String host) throws IOException {
    URI url = URI.create(subject.options.machine().clientUrl());
    String get = "GET /version HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
    try (Socket socket =
        http.sslContext().getSocketFactory().createSocket(url.getHost(), url.getPort())) {
      socket.setSoTimeout((int) SOON.toMillis());
      socket.getOutputStream().write(get.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** As its metrics say. */
  private static double expiryDays(HttpClient http, Subject subject, String port)
      throws IOException, InterruptedException {
    URI metrics = URI.create(subject.options.machine().clientUrl() + "/metrics");
    HttpRequest get = HttpRequest.newBuilder(metrics).timeout(SOON).build();
    String text = http.send(get, HttpResponse.BodyHandlers.ofString()).body();
    Matcher sample =
        Pattern.compile("(?m)^understudy_" + port + "_certificate_expiry_timestamp_seconds (.+)$")
            .matcher(text);
    assertThat(sample.find()).as(text).isTrue();
    return (Double.parseDouble(sample.group(1)) - System.currentTimeMillis() / 1_000.0) / 86_400;
  }

  @Test
  void aMachineWhoseNameIsNotAllowedDoesNotGetIn() throws Exception {
    AllowedNames onlyOne = new AllowedNames(Optional.of("one"), Optional.empty());
    Subject one =
        new Subject(
            "one", new Security(Optional.empty(), Optional.of(mutual("one", onlyOne)), false));
    one.machine.start();
    Subject two =
        new Subject(
            "two",
            new Security(Optional.empty(), Optional.of(mutual("two", AllowedNames.ANY)), false),
            one);
    assertThatThrownBy(two.machine::start)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("no cluster could be joined");
  }

  @Test
  void aMachineIsRefusedWithOneLineWhenItsCertificateCannotBeUsed() throws Exception {
    Tls.Identity good = identity(CA, "one");
    Files.writeString(good.keyFile(), "nothing");
    Tls bad = Tls.ofCaller(Optional.of(good), Optional.empty());
    Subject one = new Subject("one", new Security(Optional.of(bad), Optional.empty(), false));
    assertThatThrownBy(one.machine::start)
        .isInstanceOf(StartRefusedException.class)
        .hasMessage(good.keyFile() + " holds no private key (PEM)");
  }

  /** A plain machine, one on the way, and one that has arrived, all in one cluster. */
  @Test
  void aPortOnItsWayToTlsTakesBothKindsOfConnections() throws Exception {
    Tls tls = mutual("one", AllowedNames.ANY);
    Subject one = new Subject("one", new Security(Optional.of(tls), Optional.of(tls), true), false);
    Subject plain = new Subject("plain", Security.NONE, one);
    one.machine.start();
    plain.machine.start();
    Subject secure = new Subject("secure", both("secure"), one);
    secure.machine.start();
    HttpClient user = user();
    String http = one.options.machine().clientUrl();
    assertThat(http).startsWith("http://");
    await().atMost(SOON).until(() -> put(user, http, "1").statusCode() / 100 == 2);
    String https = http.replace("http:", "https:");
    assertThat(put(user, https, "2").statusCode()).isEqualTo(200);
  }

  private static HostPort freePort(boolean tls) throws IOException {
    return new HostPort("127.0.0.1", LoopbackPorts.free(), tls);
  }

  private final class Subject implements MachineEvents {
    private final MachineOptions options;
    private final Machine machine;

    Subject(String name, Security security, Subject... peers) throws IOException {
      this(name, security, true, peers);
    }

    Subject(String name, Security security, boolean announcesTls, Subject... peers)
        throws IOException {
      HostPort client = freePort(announcesTls && security.hasClientTls());
      HostPort peer = freePort(announcesTls && security.hasPeerTls());
      options =
          new MachineOptions(
                  name,
                  directory.resolve(name),
                  client,
                  client,
                  peer,
                  peer,
                  List.of(peers).stream().map(other -> other.options.peerAddress()).toList(),
                  new MachineOptions.Joining(3, 200),
                  new MachineOptions.Timing(50, 500, 1),
                  1_000,
                  new ClusterConfig(3, 1800, 1),
                  50,
                  false,
                  0,
                  false)
              .withSecurity(security);
      machine = new Machine(options, new SystemContext(options), this, "test");
      subjects.add(this);
    }

    @Override
    public void ready(Mode mode) {}

    @Override
    public void changed(Mode mode, String reason) {}

    @Override
    public void failed(String reason) {}
  }
}
