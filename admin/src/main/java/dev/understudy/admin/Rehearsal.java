package dev.understudy.admin;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.LogFormat;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.admin.machine.Machine;
import dev.understudy.admin.machine.MachineEvents;
import dev.understudy.admin.machine.StartRefusedException;
import dev.understudy.admin.machine.SystemContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;

/**
 * Three machines in one process under load for some seconds, on loopback and in a temporary
 * directory: the Java virtual machine takes down which classes that needs, for the archive with
 * which {@code bin/understudy} starts. Leaves with 0, or with 1 when a machine does not start or
 * answers nothing.
 */
public final class Rehearsal {
  private static final int MACHINES = 3;

  private static final MachineEvents NOBODY_HEARS =
      new MachineEvents() {
        @Override
        public void ready(Mode mode) {}

        @Override
        public void changed(Mode mode, String reason) {}

        @Override
        public void failed(String reason) {
          throw new IllegalStateException(reason);
        }
      };

  private final Path directory;
  private final List<Integer> ports;
  private final List<Machine> machines = new ArrayList<>();

  private Rehearsal(Path directory, List<Integer> ports) {
    this.directory = directory;
    this.ports = ports;
  }

  /** Runs until it is done, some ten seconds. */
  public static void main(String[] args) throws Exception {
    Logging.configure(0, LogFormat.TEXT);
    Path directory = Files.createTempDirectory("understudy-");
    int code;
    try {
      code = new Rehearsal(directory, freePorts(2 * MACHINES)).run();
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
      Logging.flush();
    }
    System.exit(code);
  }

  private int run() throws Exception {
    try {
      for (int i = 0; i < MACHINES; i++) {
        start(i);
      }
      int code = 0;
      for (String workload : List.of("put", "get", "quorum-get", "cas")) {
        code |= load(workload, 0);
        code |= load(workload, 1);
      }
      return code;
    } finally {
      for (Machine machine : machines) {
        machine.close();
      }
    }
  }

  private void start(int machine)
      throws UsageException, StartRefusedException, InterruptedException {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--name", "m" + machine));
    args.addAll(List.of("--data-dir", directory.resolve("m" + machine).toString()));
    args.addAll(List.of("--addr", client(machine), "--peer-addr", peer(machine)));
    args.addAll(
        machine == 0
            ? List.of("--cluster-state", "new", "--cluster-active-size", Integer.toString(MACHINES))
            : List.of("--peers", peer(0)));
    MachineOptions options = ((CliCommand.RunMachine) parsed(args)).options();
    Machine made = new Machine(options, new SystemContext(options), NOBODY_HEARS, Main.version());
    machines.add(made);
    made.start();
  }

  private int load(String workload, int machine) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Main main =
        new Main(
            Map.of(),
            nowhere,
            System.err,
            options -> {
              throw new IllegalStateException("no machine is to run here");
            });
    return main.run(
        List.of(
            "bench",
            workload,
            "--endpoints",
            client(machine),
            "--connections",
            "16",
            "--keys",
            "1000",
            "--warm-up",
            "0",
            "--duration",
            "1"));
  }

  private static CliCommand parsed(List<String> args) throws UsageException {
    return new CommandLine(Map.of(), () -> "", Main.version()).parse(args);
  }

  private String client(int machine) {
    return "127.0.0.1:" + ports.get(2 * machine);
  }

  private String peer(int machine) {
    return "127.0.0.1:" + ports.get(2 * machine + 1);
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
