package dev.understudy.admin.machine;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.tools.Tools;
import dev.understudy.clusterconfig.MachineIdentity.Mode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users live through backups and recoveries, and are asked no more where an operator says so. */
class LostPasswordTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String ROOT = "root:known";
  private static final String KEYS = "/v2/keys/";

  @TempDir Path directory;

  private HostPort client;
  private HostPort peer;

  @BeforeEach
  void lockDown() throws Exception {
    client = new HostPort("127.0.0.1", LoopbackPorts.free());
    peer = new HostPort("127.0.0.1", LoopbackPorts.free());
    try (Machine machine = start("data")) {
      put(machine, "", "/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"known\"}");
      put(machine, "", "/v2/auth/roles/guest", "{\"role\":\"guest\"}");
      put(machine, "", "/v2/auth/enable", "");
      assertThat(get("", KEYS)).isEqualTo(401);
    }
  }

  private Machine start(String data) throws Exception {
    List<String> args =
        List.of(
            "--name=m1",
            "--data-dir=" + directory.resolve(data),
            "--addr=" + client,
            "--peer-addr=" + peer);
    MachineOptions options =
        ((CliCommand.RunMachine) new CommandLine(Map.of(), () -> "h", "1").parse(args)).options();
    Machine machine = new Machine(options, new SystemContext(options), new Untold(), "test");
    machine.start();
    return machine;
  }

  private static HttpRequest.Builder as(String login, String url) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    byte[] bytes = login.getBytes(StandardCharsets.UTF_8);
    return login.isEmpty()
        ? request
        : request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  private int get(String login, String path) throws Exception {
    HttpRequest request = as(login, client.url() + path).timeout(Duration.ofSeconds(30)).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  /** Not before there is a leader. */
  private void put(Machine running, String login, String path, String json) {
    assertThat(running).isNotNull();
    HttpRequest request =
        as(login, client.url() + path).PUT(HttpRequest.BodyPublishers.ofString(json)).build();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 300);
  }

  private void tool(String... args) throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    CliCommand command = new CommandLine(Map.of(), () -> "h", "1").parse(List.of(args));
    assertThat(new Tools(out, out, () -> false).run((CliCommand.Tool) command))
        .as(said.toString(StandardCharsets.UTF_8))
        .isZero();
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private void restore(String to, String... more) throws Exception {
    String[] usual = {
      "snapshot",
      "restore",
      path("backup"),
      "--data-dir",
      path(to),
      "--name",
      "m1",
      "--peer-addr",
      peer.toString(),
      "--addr",
      client.toString()
    };
    String[] all = new String[usual.length + more.length];
    System.arraycopy(usual, 0, all, 0, usual.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    tool(all);
  }

  @Test
  void aBackupAndARecoveryKeepUsersAndWhetherTheyAreAsked() throws Exception {
    tool("snapshot", "save", "--data-dir", path("data"), path("backup"));
    restore("restored");
    tool("recover", "--data-dir", path("data"), "--force-new-cluster", "--yes");
    for (String data : List.of("restored", "data")) {
      try (Machine machine = start(data)) {
        assertThat(machine).isNotNull();
        await().atMost(Duration.ofSeconds(30)).until(() -> get(ROOT, KEYS) == 200);
        assertThat(get("", KEYS)).as(data).isEqualTo(401);
      }
    }
  }

  @Test
  void whoHasTheDataCanTurnAuthOffAndThenOnWithAnotherPassword() throws Exception {
    tool("snapshot", "save", "--data-dir", path("data"), path("backup"));
    restore("restored", "--auth-off");
    tool("recover", "--data-dir", path("data"), "--force-new-cluster", "--yes", "--auth-off");
    for (String data : List.of("restored", "data")) {
      try (Machine machine = start(data)) {
        assertThat(get("", KEYS)).as(data).isEqualTo(200);
        put(machine, "", "/v2/auth/users/root", "{\"user\":\"root\",\"password\":\"new\"}");
        put(machine, "", "/v2/auth/enable", "");
        assertThat(get("root:new", "/v2/auth/users/root")).as(data).isEqualTo(200);
        assertThat(get(ROOT, KEYS)).as(data).isEqualTo(401);
        assertThat(get("", KEYS)).as("the role guest is as narrow as it was").isEqualTo(401);
      }
    }
  }

  private static final class Untold implements MachineEvents {
    @Override
    public void ready(Mode mode) {}

    @Override
    public void changed(Mode mode, String reason) {}

    @Override
    public void failed(String reason) {}
  }
}
