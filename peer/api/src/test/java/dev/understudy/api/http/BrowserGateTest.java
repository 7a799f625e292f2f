package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrowserGateTest {
  private static final Set<String> ANY = Set.of(BrowserGate.ANY);
  private static final String ALLOWED = "Access-Control-Allow-Origin";

  private final Server server = new Server();
  private final ServerConnector connector =
      new ServerConnector(server, 1, 1, new HttpConnections(configuration()));
  private final Door door =
      new Door(
          Dialect.PLAIN,
          RouteTable.of(
              Route.at("/fails")
                  .on(
                      exchange -> {
                        throw new ByteBudget.ExceededException();
                      },
                      "GET"),
              Route.at("/**").onAny(exchange -> exchange.text(200, "done"))));

  /** As the ports have it: whatever the header says, the host of an absolute target counts. */
  private static HttpConfiguration configuration() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setHttpCompliance(
        HttpCompliance.RFC7230.with("test", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
    return configuration;
  }

  private void serve(Set<String> origins, Set<String> hosts) throws Exception {
    serve(origins, hosts.equals(ANY) ? KnownHosts.ANY : KnownHosts.only(hosts));
  }

  private void serve(Set<String> origins, KnownHosts hosts) throws Exception {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new BrowserGate(origins, hosts, door));
    server.setStopTimeout(0);
    server.start();
  }

  @AfterEach
  void stop() {
    LifeCycle.stop(server);
  }

  private RawHttpConnection.Answer ask(String method, String target, String... headers)
      throws IOException {
    try (RawHttpConnection wire = new RawHttpConnection(connector.getLocalPort())) {
      wire.send(
          method
              + " "
              + target
              + " HTTP/1.1\r\nContent-Length: 0\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n");
      return wire.answer(method);
    }
  }

  @Test
  void noPageOfAnotherOriginReadsOrWritesUnlessItIsListed() throws Exception {
    serve(Set.of(), ANY);
    for (String method : new String[] {"GET", "OPTIONS"}) {
      RawHttpConnection.Answer read = ask(method, "/a", "Host: kv:7", "Origin: http://evil");
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.headers().keySet()).noneMatch(name -> name.startsWith("access-control"));
    }
    for (String method : new String[] {"PUT", "POST", "DELETE", "PATCH"}) {
      RawHttpConnection.Answer write = ask(method, "/a", "Host: kv:7", "Origin: http://evil");
      assertThat(write.status()).isEqualTo(403);
      assertThat(write.body())
          .isEqualTo("pages of \"http://evil\" may change nothing here (--cors)\n");
      assertThat(write.header("Connection")).isEqualTo("close");
    }
    assertThat(ask("POST", "/a", "Host: kv:7", "Origin: null").status()).isEqualTo(403);
  }

  @Test
  void whatIsNoPageAndPagesOfItsOwnWrite() throws Exception {
    serve(Set.of(), ANY);
    assertThat(ask("PUT", "/a", "Host: kv:7").status()).isEqualTo(200);
    assertThat(ask("PUT", "/a", "Host: kv:7", "Origin: http://KV:7").status()).isEqualTo(200);
    assertThat(ask("PUT", "/a", "Host: kv", "Origin: http://kv").status()).isEqualTo(200);
    assertThat(ask("PUT", "/a", "Host: kv:7", "Origin: http://kv:8").status()).isEqualTo(403);
  }

  @Test
  void pagesOfAListedOriginReadAndWriteAndTheAnswerVariesByIt() throws Exception {
    serve(Set.of("https://UI.example"), ANY);
    for (String method : new String[] {"GET", "OPTIONS", "PUT"}) {
      RawHttpConnection.Answer answer = ask(method, "/a", "Host: k", "Origin: https://ui.example");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header(ALLOWED)).isEqualTo("https://ui.example");
      assertThat(answer.header("Vary")).isEqualTo("Origin");
      assertThat(answer.header("Access-Control-Allow-Methods"))
          .isEqualTo("POST, GET, OPTIONS, PUT, DELETE");
    }
    assertThat(ask("GET", "/a", "Host: k", "Origin: http://evil").header(ALLOWED)).isNull();
    assertThat(ask("GET", "/a", "Host: k").header(ALLOWED)).isNull();
  }

  @Test
  void whereAnyOriginIsListedAllAnswersSayWhatEtcdsSay() throws Exception {
    serve(ANY, ANY);
    assertThat(ask("GET", "/a", "Host: k").header(ALLOWED)).isEqualTo("*");
    assertThat(ask("DELETE", "/a", "Host: k", "Origin: http://x").header(ALLOWED)).isEqualTo("*");
    RawHttpConnection.Answer failed = ask("GET", "/fails", "Host: k");
    assertThat(failed.status()).isEqualTo(503);
    assertThat(failed.header(ALLOWED)).isEqualTo("*");
    assertThat(failed.header("Access-Control-Allow-Headers"))
        .isEqualTo("accept, content-type, authorization");
  }

  @Test
  void onlyHostsThatAreListedAreAnswered() throws Exception {
    serve(Set.of(), Set.of("localhost", "::1", "kv.example"));
    for (String host : new String[] {"localhost:7", "LocalHost", "[::1]:7", "kv.example.:7"}) {
      assertThat(ask("GET", "/a", "Host: " + host).status()).as(host).isEqualTo(200);
    }
    for (String method : new String[] {"GET", "DELETE"}) {
      RawHttpConnection.Answer answer = ask(method, "/a", "Host: evil.example:7");
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body())
          .isEqualTo("this machine is not known as \"evil.example\" (--host-whitelist)\n");
    }
    assertThat(ask("GET", "http://evil.example/a", "Host: localhost").status()).isEqualTo(403);
  }

  @Test
  void aRefusalShowsNoMoreOfAHostThanALine() throws Exception {
    serve(Set.of(), Set.of("localhost"));
    RawHttpConnection.Answer answer = ask("GET", "/a", "Host: " + "x".repeat(4_000));
    assertThat(answer.body()).hasSizeLessThan(200);
  }

  /** Or every request would be handed to another thread. */
  @Test
  void itBlocksNoMoreThanWhatIsBehindIt() throws Exception {
    serve(ANY, ANY);
    assertThat(server.getInvocationType()).isEqualTo(InvocationType.NON_BLOCKING);
  }

  private static final String NO_LANGUAGE = "X: y";

  /** What they send to a port without TLS, each of which a page could not leave out. */
  static Stream<String[]> browsers() {
    return Stream.of(
        new String[] {"User-Agent: Mozilla/5.0 (X11)", NO_LANGUAGE},
        new String[] {"User-Agent: curl/8.0", "Accept-Language: de"},
        new String[] {"User-Agent: curl/8.0\r\nAccept: */*", "Accept-Language: de"}, // chosen
        new String[] {"User-Agent: understudy", "Accept-Language: *"},
        new String[] {"Referer: http://evil.test/", NO_LANGUAGE},
        new String[] {"Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors"},
        new String[] {"Sec-Fetch-Site: none", "Accept-Language: *"},
        new String[] {"Origin: http://evil.test", NO_LANGUAGE});
  }

  static Stream<String[]> programs() {
    return Stream.of(
        new String[] {NO_LANGUAGE, NO_LANGUAGE}, // Node's http, netcat
        new String[] {"User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"}, // etcdctl
        new String[] {"User-Agent: curl/8.5.0", "Accept: */*"},
        new String[] {"User-Agent: curl/8.5.0", "Accept: text/html"},
        new String[] {"User-Agent: python-requests/2.31", "Accept-Encoding: gzip, deflate"},
        new String[] {"User-Agent: Java-http-client/17", NO_LANGUAGE},
        new String[] {"User-Agent: node\r\nAccept-Language: *", "Sec-Fetch-Mode: cors"});
  }

  @Test
  void atAPortThatIsKnownByManyNamesOnlyBrowsersHaveToUseOneThatIsKnown() throws Exception {
    serve(Set.of(), new KnownHosts(Set.of("m1.test"), KnownHosts.Others.OF_PROGRAMS));
    for (String[] headers : browsers().toList()) {
      assertThat(get("evil.test", headers)).as("%s", (Object) headers).isEqualTo(403);
      assertThat(get("m1.test", headers)).as("%s", (Object) headers).isEqualTo(200);
      assertThat(get("10.0.0.7:2379", headers)).as("%s", (Object) headers).isEqualTo(200);
      assertThat(get("[2001:db8::7]:2379", headers)).as("%s", (Object) headers).isEqualTo(200);
    }
    for (String[] headers : programs().toList()) {
      assertThat(get("balancer.test", headers)).as("%s", (Object) headers).isEqualTo(200);
    }
  }

  @Test
  void atAPortForMachinesTheyAloneMayUseANameThatIsNotKnown() throws Exception {
    serve(Set.of(), new KnownHosts(Set.of("m1.test"), KnownHosts.Others.OF_MACHINES));
    String[] machine = {"User-Agent: understudy", NO_LANGUAGE};
    String[] tool = {"User-Agent: understudy-tool", NO_LANGUAGE};
    assertThat(get("alias.test", machine)).isEqualTo(200);
    assertThat(get("alias.test", tool)).isEqualTo(200);
    assertThat(ask("GET", "/raft/stream", "Host: alias.test").status()).isEqualTo(200);
    assertThat(ask("GET", "/raft/stream", "Host: alias.test", "Origin: http://x").status())
        .isEqualTo(403);
    for (String[] headers : browsers().toList()) {
      assertThat(get("evil.test", headers)).as("%s", (Object) headers).isEqualTo(403);
    }
    for (String[] headers : programs().toList()) {
      assertThat(get("alias.test", headers)).as("%s", (Object) headers).isEqualTo(403);
      assertThat(get("m1.test", headers)).as("%s", (Object) headers).isEqualTo(200);
      assertThat(get("10.0.0.7:2380", headers)).as("%s", (Object) headers).isEqualTo(200);
    }
  }

  private int get(String host, String... headers) throws IOException {
    return ask("GET", "/a", "Host: " + host, headers[0], headers[1]).status();
  }
}
