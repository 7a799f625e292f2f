package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.LoopbackPorts;
import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.clusterconfig.MachineIdentity.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a web page gets at the ports of a peer and of a standby, in this process. */
class BrowsersAtMachineTest {
  @TempDir Path directory;

  private final List<Machine> machines = new ArrayList<>();

  @AfterEach
  void stop() {
    machines.forEach(Machine::close);
  }

  private MachineOptions start(String name, String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--name=" + name,
                "--data-dir=" + directory.resolve(name),
                "--addr=127.0.0.1:" + LoopbackPorts.free(),
                "--peer-addr=127.0.0.1:" + LoopbackPorts.free()));
    args.addAll(List.of(more));
    MachineOptions options =
        ((CliCommand.RunMachine) new CommandLine(Map.of(), () -> "h", "1").parse(args)).options();
    Machine machine = new Machine(options, new SystemContext(options), new Untold(), "test");
    machines.add(machine);
    machine.start();
    return options;
  }

  private static String ask(HostPort port, String method, String path, String... headers)
      throws IOException {
    try (Socket socket = new Socket(port.host(), port.port())) {
      socket.setSoTimeout(20_000);
      String request =
          method
              + " "
              + path
              + " HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n"
              + String.join("\r\n", headers)
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .lines()
          .reduce("", (text, line) -> text + line + "\n");
    }
  }

  @Test
  void peersAndStandbysLetPagesInThatAreListedAtTheClientPortAndAtThePeerPortNone()
      throws Exception {
    MachineOptions peer = start("peer", "--cors=https://ui.test", "--cluster-state=new");
    MachineOptions standby =
        start(
            "standby",
            "--cors=https://ui.test",
            "--seat-priority=0",
            "--peers=" + peer.peerAddress());
    for (MachineOptions machine : List.of(peer, standby)) {
      HostPort clients = machine.clientAddress();
      HostPort peers = machine.peerAddress();
      String own = "Host: localhost";
      String listed = "Origin: https://ui.test";
      assertThat(ask(clients, "GET", "/health", own, listed)).contains("Allow-Origin: https://ui");
      assertThat(ask(clients, "PUT", "/v2/keys/a?value=1", own, listed))
          .doesNotContain(" 403 ")
          .contains("Allow-Origin: https://ui.test");
      assertThat(ask(clients, "PUT", "/v2/keys/a?value=1", own, "Origin: http://evil"))
          .startsWith("HTTP/1.1 403 ");
      assertThat(ask(clients, "GET", "/health", "Host: evil.test")).startsWith("HTTP/1.1 403 ");
      assertThat(ask(peers, "GET", "/v2/admin/identity", own, listed))
          .startsWith("HTTP/1.1 200 ")
          .doesNotContain("Access-Control");
      assertThat(ask(peers, "PUT", "/v2/admin/config", own, listed)).startsWith("HTTP/1.1 403 ");
      assertThat(ask(peers, "GET", "/v2/admin/identity", "Host: evil.test"))
          .startsWith("HTTP/1.1 403 ");
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
