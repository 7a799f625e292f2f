package dev.understudy.admin.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.understudy.admin.local.MachineStatus.Role;
import dev.understudy.clusterconfig.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a machine is taken for, by what it answers. */
class ProbeTest {
  /** What is told late, on a busy processor, is not missing here. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private HttpServer machine;

  @BeforeEach
  void start() throws IOException {
    machine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    machine.start();
  }

  @AfterEach
  void stop() {
    machine.stop(0);
  }

  private void answers(String path, int status, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    machine.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("X-Raft-Term", "3");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private Role role() throws Exception {
    String url = "http://127.0.0.1:" + machine.getAddress().getPort();
    return new Probe(Tls.SYSTEM, PATIENCE).ask(url).get().role();
  }

  private void tellsOfItself(String state) {
    answers("/v2/stats/self", 200, "{\"name\":\"m4\",\"id\":\"a1\",\"state\":\"" + state + "\"}");
  }

  @Test
  void aPeerAmongTheMembersHasASeat() throws Exception {
    tellsOfItself("StateFollower");
    answers("/v2/keys/", 200, "{}");
    answers("/v2/members", 200, "{\"members\":[{\"id\":\"a1\",\"name\":\"m4\"}]}");
    assertThat(role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aPeerThatIsNotAmongTheMembersCatchesUpForASeat() throws Exception {
    tellsOfItself("StateFollower");
    answers("/v2/keys/", 200, "{}");
    answers("/v2/members", 200, "{\"members\":[{\"id\":\"b2\",\"name\":\"m1\"}]}");
    assertThat(role()).isEqualTo(Role.CATCHING_UP);
  }

  @Test
  void aPeerThatShowsNothingYetCatchesUp() throws Exception {
    tellsOfItself("StateFollower");
    answers("/v2/keys/", 503, "{}");
    answers("/v2/members", 503, "{}");
    assertThat(role()).isEqualTo(Role.CATCHING_UP);
  }

  @Test
  void aPeerThatShowsItsKeysAndNoMembersIsTakenForOneWithASeat() throws Exception {
    tellsOfItself("StateFollower");
    answers("/v2/keys/", 200, "{}");
    assertThat(role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aLeaderIsALeaderWhateverItShows() throws Exception {
    tellsOfItself("StateLeader");
    assertThat(role()).isEqualTo(Role.LEADER);
  }
}
