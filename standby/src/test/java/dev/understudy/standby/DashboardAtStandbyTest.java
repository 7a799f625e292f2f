package dev.understudy.standby;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.api.http.BodyLimits;
import dev.understudy.api.http.ByteBudget;
import dev.understudy.api.http.proxy.LeaderProxy;
import dev.understudy.api.http.proxy.ProxyContext;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A standby that redirects its clients has the page all the same, and asks the leader for it. */
class DashboardAtStandbyTest {
  private static final MachineRecord SELF =
      new MachineRecord("four", "http://127.0.0.1:2386", "http://127.0.0.1:2385");

  private final ProxyContext upstream =
      new ProxyContext(new org.eclipse.jetty.client.HttpClient(), 1 << 20, BodyLimits.SMALL);
  private final Server leader = new Server();
  private final Server standby = new Server();
  private String leaderUrl;
  private String standbyUrl;

  @BeforeEach
  void start() throws Exception {
    leaderUrl = serve(leader, new Echo());
    StandbyView view = new View();
    LeaderProxy proxy = new LeaderProxy(SELF, upstream, view::leaderNow);
    standbyUrl =
        serve(
            standby,
            StandbyClientDoor.of(
                StandbyOptions.of(SELF, 50, List.of()).withVersion("1.2.3"),
                view,
                new StandbyMetrics(view),
                proxy,
                upstream.bodies(),
                new ByteBudget(1 << 20)));
  }

  @AfterEach
  void stop() throws Exception {
    standby.stop();
    upstream.close();
    leader.stop();
  }

  private static String serve(Server server, Handler handler) throws Exception {
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(handler);
    server.start();
    return "http://127.0.0.1:" + connector.getLocalPort();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(standbyUrl + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void thePageIsAnsweredHereAndSaysWhoseItIs() throws Exception {
    assertThat(send("GET", "/dashboard", "").body()).contains("<title>understudy</title>");
    assertThat(send("GET", "/dashboard/main.js", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/dashboard/data/machine", "").body())
        .isEqualTo("{\"name\":\"four\",\"mode\":\"standby\",\"version\":\"1.2.3\"}\n");
  }

  @Test
  void whatThePageAsksOfTheClusterTheLeaderIsAskedFor() throws Exception {
    assertThat(send("PUT", "/v2/keys/a", "value=x", "X-Understudy-Relay", "1").body())
        .isEqualTo("PUT /v2/keys/a value=x");
    assertThat(send("GET", "/metrics", "", "X-Understudy-Relay", "1").body())
        .as("the leader's numbers, for the page's plots")
        .isEqualTo("GET /metrics ");
  }

  @Test
  void otherClientsAreRedirectedAsEverAndGetTheNumbersOfThisMachine() throws Exception {
    HttpResponse<String> redirect = send("GET", "/v2/keys/a", "");
    assertThat(redirect.statusCode()).isEqualTo(307);
    assertThat(redirect.headers().firstValue("Location")).contains(leaderUrl + "/v2/keys/a");
    assertThat(send("GET", "/metrics", "").body()).contains("understudy_standby 1.0");
  }

  @Test
  void whatAnotherMachineHasSentOnIsNotSentOnAgain() throws Exception {
    assertThat(
            send("GET", "/v2/keys/a", "", "X-Understudy-Relay", "1", "X-Understudy-Proxy", "1")
                .statusCode())
        .isEqualTo(307);
  }

  /** Says what it was asked. */
  private static final class Echo extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String body = Content.Source.asString(request);
      Content.Sink.write(
          response,
          true,
          request.getMethod() + ' ' + request.getHttpURI().getPath() + ' ' + body,
          callback);
      return true;
    }
  }

  private final class View implements StandbyView {
    @Override
    public CompletableFuture<Optional<MachineView>> leaderNow() {
      return CompletableFuture.completedFuture(leaderAsSynced());
    }

    @Override
    public Optional<MachineView> leaderAsSynced() {
      return Optional.of(
          new MachineView("one", MachineView.State.LEADER, leaderUrl, "http://127.0.0.1:1"));
    }

    @Override
    public StandbyInfo info() {
      return StandbyInfo.FRESH;
    }

    @Override
    public OptionalLong syncAgeMillis() {
      return OptionalLong.empty();
    }
  }
}
