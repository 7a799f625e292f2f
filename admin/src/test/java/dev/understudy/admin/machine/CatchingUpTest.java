package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.http.AskBack;
import dev.understudy.admin.http.MachineJoining;
import dev.understudy.admin.http.MachineRemoval;
import dev.understudy.admin.http.StandbyRegistry;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.driver.PeerEvents;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a peer answers, on its real ports, before it has applied what was committed when its seat
 * was confirmed. Its own state is of long ago, or empty: 404 for a key would be a lie.
 */
class CatchingUpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Far beyond what a log without any other peer comes to. */
  private static final long COMMITTED_ELSEWHERE = 100_000;

  @TempDir Path directory;

  @Test
  void aNewPeerAnswersNothingFromItsEmptyState() throws Exception {
    MachineOptions options = options();
    try (SystemContext context = new SystemContext(options)) {
      context.open();
      ModeFactory factory = new ModeFactory(options, context, new ManualLoop(), "test");
      assertAnswersNothing(
          context, factory, new StartupMode.AsNewPeer(new JoinReply(COMMITTED_ELSEWHERE, 7, 1)));
    }
  }

  @Test
  void aPeerThatComesBackAnswersNothingFromItsOldState() throws Exception {
    MachineOptions options = options();
    try (SystemContext context = new SystemContext(options)) {
      context.open();
      ModeFactory factory = new ModeFactory(options, context, new ManualLoop(), "test");
      factory.peer(new StartupMode.AsFounder(), new NobodyListens()).close();
      assertAnswersNothing(context, factory, new StartupMode.AsReturningPeer(COMMITTED_ELSEWHERE));
    }
  }

  private static void assertAnswersNothing(
      SystemContext context, ModeFactory factory, StartupMode mode) throws Exception {
    context.ports().answerAs(factory.starting());
    try (PeerServer peer = factory.peer(mode, new NobodyListens())) {
      peer.start();
      context.ports().answerAs(servicesOf(peer, context));
      String clients = factory.starting().identity().clientUrl();
      String peers = factory.starting().identity().peerUrl();
      List<CompletableFuture<HttpResponse<String>>> asked =
          Stream.of(
                  clients + "/v2/keys/a",
                  clients + "/v2/keys/?recursive=true",
                  clients + "/v2/keys/a?wait=true",
                  clients + "/v2/keys/a?wait=true&stream=true&waitIndex=1",
                  peers + "/v2/admin/machines",
                  peers + "/v2/admin/config",
                  peers + "/v2/admin/plan")
              .map(CatchingUpTest::ask)
              .toList();
      for (CompletableFuture<HttpResponse<String>> each : asked) {
        HttpResponse<String> answer = each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as("%s: %s", answer.uri(), answer.body()).isEqualTo(503);
      }
    }
  }

  private static CompletableFuture<HttpResponse<String>> ask(String url) {
    return HttpClient.newHttpClient()
        .sendAsync(
            HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static PeerServices servicesOf(PeerServer peer, SystemContext context) {
    AskBack askBack = new AskBack(context.clusterClient()::identify);
    return new PeerServices(
        peer,
        new MachineRemoval(peer.admin(), context.clusterClient()),
        new MachineJoining(peer.admin(), askBack),
        new StandbyRegistry(
            context::monotonicMillis, askBack, peer.admin()::lossAgeMillis, Set::of));
  }

  private MachineOptions options() throws IOException {
    HostPort clients = freePort();
    HostPort peers = freePort();
    return new MachineOptions(
        "self",
        directory,
        clients,
        clients,
        peers,
        peers,
        List.of(),
        new MachineOptions.Joining(1, 1),
        new MachineOptions.Timing(50, 500, 1),
        1_000,
        new ClusterConfig(3, 1800, 1),
        50,
        false,
        0,
        false);
  }

  private static HostPort freePort() throws IOException {
    return new HostPort("127.0.0.1", LoopbackPorts.free());
  }

  private static final class NobodyListens implements PeerEvents {
    @Override
    public void removed(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void outlived(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError(cause);
    }
  }
}
