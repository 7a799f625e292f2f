package dev.understudy.clusterconfig.tls;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.clusterconfig.HttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server and clients on the loopback interface. */
class LiveTlsTest {
  private static final long NOW = System.currentTimeMillis();
  private static final Authority CA = new Authority("ca", NOW);
  private static final Authority OTHER_CA = new Authority("other", NOW);

  @TempDir Path directory;

  private final Server server = new Server();
  private final List<HttpClient> clients = new ArrayList<>();
  private ServerConnector connector;

  @AfterEach
  void stop() throws Exception {
    for (HttpClient client : clients) {
      client.stop();
    }
    server.stop();
  }

  private Tls.Identity identity(Authority.Issued issued, String name) throws IOException {
    Tls.Identity files =
        new Tls.Identity(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
    Files.writeString(files.keyFile(), issued.keyPem());
    Files.writeString(files.certFile(), issued.certificatePem());
    return files;
  }

  private Optional<Path> ca(Authority authority) throws IOException {
    Path file = directory.resolve("ca-" + authority.own().certificate().getSerialNumber());
    return Optional.of(Files.writeString(file, authority.own().certificatePem()));
  }

  private Tls.Identity serverIdentity() throws IOException {
    return identity(CA.issue("server", List.of("127.0.0.1"), 1), "server");
  }

  private Tls required(AllowedNames names) throws IOException {
    return new Tls(
        Optional.of(serverIdentity()), ca(CA), true, TlsVersion.TLS_1_2, List.of(), names);
  }

  private LiveTls serve(Tls tls) throws Exception {
    LiveTls live = LiveTls.load(tls);
    HttpConnectionFactory http = new HttpConnectionFactory();
    connector =
        new ServerConnector(
            server, 1, 1, new SslConnectionFactory(live.forServer(), http.getProtocol()), http);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            response.write(true, null, callback);
            return true;
          }
        });
    server.start();
    return live;
  }

  private HttpClient client(LiveTls tls) throws Exception {
    HttpClient client = new HttpClientFactory(Optional.of(tls)).create(1);
    client.start();
    clients.add(client);
    return client;
  }

  private HttpClient client(Tls tls) throws Exception {
    return client(LiveTls.load(tls));
  }

  private int ask(HttpClient client) throws Exception {
    return client.GET("https://127.0.0.1:" + connector.getLocalPort() + "/").getStatus();
  }

  @Test
  void aCertificateOfTheRightAuthorityIsBelievedAndNoOther() throws Exception {
    serve(Tls.ofCaller(Optional.of(serverIdentity()), Optional.empty()));
    assertThat(ask(client(Tls.ofCaller(Optional.empty(), ca(CA))))).isEqualTo(200);
    HttpClient stranger = client(Tls.ofCaller(Optional.empty(), ca(OTHER_CA)));
    assertThatThrownBy(() -> ask(stranger)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aCallerWithoutAnAuthorityBelievesWhatJavaBelieves() throws Exception {
    serve(Tls.ofCaller(Optional.of(serverIdentity()), Optional.empty()));
    HttpClient plain = HttpClientFactory.PLAIN.create(1);
    plain.start();
    clients.add(plain);
    assertThatThrownBy(() -> ask(plain)).hasStackTraceContaining("PKIX path building failed");
  }

  @Test
  void aCertificateForAnotherHostIsNotBelieved() throws Exception {
    serve(
        Tls.ofCaller(
            Optional.of(identity(CA.issue("server", List.of("a.example"), 1), "server")),
            Optional.empty()));
    HttpClient client = client(Tls.ofCaller(Optional.empty(), ca(CA)));
    assertThatThrownBy(() -> ask(client)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void aCallerWithoutACertificateOrWithAStrangersIsRefusedWhereOneIsRequired() throws Exception {
    serve(required(AllowedNames.ANY));
    Tls.Identity good = identity(CA.issue("me", List.of(), 1), "me");
    assertThat(ask(client(Tls.ofCaller(Optional.of(good), ca(CA))))).isEqualTo(200);
    HttpClient nobody = client(Tls.ofCaller(Optional.empty(), ca(CA)));
    assertThatThrownBy(() -> ask(nobody)).isInstanceOf(ExecutionException.class);
    Tls.Identity bad = identity(OTHER_CA.issue("me", List.of(), 1), "stranger");
    HttpClient stranger = client(Tls.ofCaller(Optional.of(bad), ca(CA)));
    assertThatThrownBy(() -> ask(stranger)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void anExpiredCertificateIsRefused() throws Exception {
    serve(required(AllowedNames.ANY));
    Tls.Identity expired = identity(CA.issue("me", List.of(), -1), "expired");
    HttpClient late = client(Tls.ofCaller(Optional.of(expired), ca(CA)));
    assertThatThrownBy(() -> ask(late)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void anotherNameThanIsAllowedIsRefusedThoughTheAuthorityIsRight() throws Exception {
    serve(required(new AllowedNames(Optional.of("peer"), Optional.empty())));
    Tls.Identity peer = identity(CA.issue("peer", List.of(), 1), "peer");
    Tls.Identity user = identity(CA.issue("user", List.of(), 1), "user");
    assertThat(ask(client(Tls.ofCaller(Optional.of(peer), ca(CA))))).isEqualTo(200);
    HttpClient other = client(Tls.ofCaller(Optional.of(user), ca(CA)));
    assertThatThrownBy(() -> ask(other)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void anOldVersionIsRefusedWhereANewerOneIsTheLeast() throws Exception {
    Tls tls = Tls.ofCaller(Optional.of(serverIdentity()), Optional.empty());
    serve(
        new Tls(
            tls.identity(),
            Optional.empty(),
            false,
            TlsVersion.TLS_1_3,
            List.of(),
            AllowedNames.ANY));
    Tls caller = Tls.ofCaller(Optional.empty(), ca(CA));
    assertThat(ask(client(caller))).isEqualTo(200);
    LiveTls old = LiveTls.load(caller);
    HttpClient client = client(old);
    client.stop();
    client.getSslContextFactory().setIncludeProtocols("TLSv1.2");
    client.start();
    assertThatThrownBy(() -> ask(client)).isInstanceOf(ExecutionException.class);
  }

  @Test
  void anUnknownCipherSuiteIsRefused() throws Exception {
    Tls tls =
        new Tls(
            Optional.of(serverIdentity()),
            Optional.empty(),
            false,
            TlsVersion.TLS_1_2,
            List.of("TLS_RSA_WITH_RC4_128_MD5"),
            AllowedNames.ANY);
    assertThatThrownBy(() -> LiveTls.load(tls))
        .hasMessage("Java knows no cipher suite \"TLS_RSA_WITH_RC4_128_MD5\"");
  }

  @Test
  void aChangedCertificateAndAnotherAuthorityCountFromTheNextConnectionOn() throws Exception {
    LiveTls live = serve(Tls.ofCaller(Optional.of(serverIdentity()), Optional.empty()));
    assertThat(live.reload()).isFalse();
    Path caFile = ca(CA).orElseThrow();
    LiveTls caller = LiveTls.load(Tls.ofCaller(Optional.empty(), Optional.of(caFile)));
    HttpClient standing = client(caller);
    assertThat(ask(standing)).isEqualTo(200);

    identity(OTHER_CA.issue("server", List.of("127.0.0.1"), 1), "server");
    assertThat(live.reload()).isTrue();
    assertThat(ask(standing)).as("on the connection that stands").isEqualTo(200);
    HttpClient fresh = client(Tls.ofCaller(Optional.empty(), ca(CA)));
    assertThatThrownBy(() -> ask(fresh)).isInstanceOf(ExecutionException.class);

    Files.writeString(caFile, OTHER_CA.own().certificatePem());
    assertThat(caller.reload()).isTrue();
    HttpClient again = client(caller);
    assertThat(ask(again)).isEqualTo(200);
  }

  @Test
  void aBadNewFileIsRefusedAndTheOldStays() throws Exception {
    Tls.Identity files = serverIdentity();
    LiveTls live = serve(Tls.ofCaller(Optional.of(files), Optional.empty()));
    Files.writeString(files.keyFile(), CA.issue("x", List.of(), 1).keyPem());
    assertThatThrownBy(live::reload)
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("is not that of the first certificate");
    assertThat(ask(client(Tls.ofCaller(Optional.empty(), ca(CA))))).isEqualTo(200);
  }

  @Test
  void noRequestFailsWhileCertificatesAreReplaced() throws Exception {
    LiveTls live = serve(Tls.ofCaller(Optional.of(serverIdentity()), Optional.empty()));
    LiveTls caller = LiveTls.load(Tls.ofCaller(Optional.empty(), ca(CA)));
    HttpClient client = client(caller);
    AtomicBoolean enough = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    CompletableFuture<Void> asking =
        CompletableFuture.runAsync(
            () -> {
              while (!enough.get()) {
                try {
                  assertThat(ask(client)).isEqualTo(200);
                  answered.incrementAndGet();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    for (int i = 0; i < 20; i++) {
      serverIdentity();
      int before = answered.get();
      assertThat(live.reload()).isTrue();
      assertThat(ask(client(caller))).isEqualTo(200);
      await().until(() -> asking.isDone() || answered.get() > before);
    }
    enough.set(true);
    asking.get();
  }
}
