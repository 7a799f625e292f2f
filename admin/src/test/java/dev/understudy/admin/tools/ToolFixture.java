package dev.understudy.admin.tools;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.admin.cli.CommandLine;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.peer.PeerFiles;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Runs tools in a temporary directory, and makes what they work on. */
abstract class ToolFixture {
  static final MachineRecord OLD =
      new MachineRecord("old", "http://127.0.0.1:7001", "http://127.0.0.1:4001");

  @TempDir Path path;

  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();

  final int run(String... args) throws UsageException {
    out.reset();
    err.reset();
    CliCommand command = new CommandLine(Map.of(), () -> "host", "1").parse(List.of(args));
    return new Tools(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            () -> false)
        .run((CliCommand.Tool) command);
  }

  final String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  final String error() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** A data directory as its founder leaves it. */
  final Path dataDirectory() throws IOException {
    Path data = path.resolve("data");
    try (DiskDirectory outer = DiskDirectory.open(data);
        DiskDirectory peer = DiskDirectory.open(data.resolve("peer"))) {
      PeerFiles.found(
          peer, WalOptions.DEFAULT, new WalIdentity(0xc1, 0xa), OLD, ClusterConfig.DEFAULT, 1_000);
      outer.force();
    }
    return data;
  }

  /** The state of a cluster with one machine and the key /kept, as it is streamed. */
  static byte[] backup() throws IOException {
    StateMachine machine = new StateMachine(1);
    machine.apply(1, 1_000, ChangeSeats.give(OLD, 0xa));
    Operation set = new Operation.Set("/kept", false, "value", OptionalLong.empty(), false);
    machine.apply(2, 0, new WriteKey(set));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SnapshotStore.export(
        new SnapshotMetadata(3, 2, ConfState.ofVoters(0xaL)),
        body -> StateImageCodec.write(machine.image(), body),
        bytes);
    return bytes.toByteArray();
  }

  final Path backupFile() throws IOException {
    return Files.write(path.resolve("backup"), backup());
  }

  final int restore(Path file, String directory) throws UsageException {
    return run(
        "snapshot",
        "restore",
        file.toString(),
        "--data-dir",
        directory,
        "--name",
        "young",
        "--peer-addr",
        "127.0.0.1:7002",
        "--addr",
        "127.0.0.1:4002");
  }

  static List<Path> allBelow(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted().toList();
    }
  }
}
