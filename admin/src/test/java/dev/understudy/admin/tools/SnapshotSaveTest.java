package dev.understudy.admin.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.understudy.admin.cli.UsageException;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.CommandCodec;
import dev.understudy.statemachine.CommandEnvelope;
import dev.understudy.statemachine.StateImage;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalBatch;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Backups, of a peer that runs and of one that is stopped. */
class SnapshotSaveTest extends ToolFixture {
  /** Serves these bytes for a backup, and says that there are so many. */
  private HttpServer serve(byte[] bytes, long announced, int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        SnapshotSave.PATH,
        exchange -> {
          exchange.sendResponseHeaders(status, announced);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
          }
        });
    server.start();
    return server;
  }

  private int save(HttpServer server, Path file) throws UsageException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return run("snapshot", "save", url, file.toString());
  }

  @Test
  void aBackupIsFetchedCheckedAndNamed() throws Exception {
    byte[] bytes = backup();
    HttpServer server = serve(bytes, bytes.length, 200);
    try {
      Path file = path.resolve("fetched");
      assertThat(save(server, file)).isZero();
      assertThat(file).hasBinaryContent(bytes);
      assertThat(printed()).contains("sound");
      assertThat(save(server, file)).isEqualTo(1);
      assertThat(error()).contains("exists already").hasLineCount(1);
    } finally {
      server.stop(0);
    }
  }

  /** Whoever has taken a peer's place could give anything for a backup. */
  @Test
  void aBackupIsTakenOnlyFromWhoProvesToKnowTheSecretThatWasGiven() throws Exception {
    byte[] bytes = backup();
    HttpServer impostor = serve(bytes, bytes.length, 200); // answers a challenge with 404
    Path secret = Files.writeString(path.resolve("secret"), "a secret that nobody knows");
    try {
      String url = "http://127.0.0.1:" + impostor.getAddress().getPort();
      Path file = path.resolve("false");
      assertThat(run("snapshot", "save", url, file.toString(), "--cluster-secret-file=" + secret))
          .isEqualTo(1);
      assertThat(error()).contains("does not know the cluster's secret").hasLineCount(1);
      assertThat(file).doesNotExist();
    } finally {
      impostor.stop(0);
    }
  }

  @Test
  void aBrokenTransferLeavesNoFile() throws Exception {
    byte[] bytes = backup();
    byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
    for (long announced : new long[] {bytes.length, half.length, 0}) {
      HttpServer server = serve(half, announced, 200); // 0: of unknown length, in chunks
      try {
        assertThat(save(server, path.resolve("broken"))).isEqualTo(1);
        assertThat(error()).startsWith("understudy: ").hasLineCount(1);
      } finally {
        server.stop(0);
      }
      assertThat(path.resolve("broken")).doesNotExist();
      assertThat(allBelow(path)).noneMatch(file -> file.toString().endsWith(".part"));
    }
  }

  @Test
  void aFileThatSomebodyHasPutInTheWayIsNotWrittenTo() throws Exception {
    byte[] bytes = backup();
    Path victim = Files.writeString(path.resolve("victim"), "precious");
    Files.createSymbolicLink(path.resolve("fetched.part"), victim);
    Files.createSymbolicLink(path.resolve("linked"), path.resolve("nowhere"));
    HttpServer server = serve(bytes, bytes.length, 200);
    try {
      assertThat(save(server, path.resolve("fetched"))).isZero();
      assertThat(save(server, path.resolve("linked"))).isEqualTo(1);
    } finally {
      server.stop(0);
    }
    assertThat(path.resolve("fetched")).isRegularFile().hasBinaryContent(bytes);
    assertThat(victim).hasContent("precious");
    assertThat(path.resolve("nowhere")).doesNotExist();
  }

  @Test
  void aFileThatSomebodyMakesDuringTheTransferKeepsItsPlace() throws Exception {
    byte[] bytes = backup();
    Path file = path.resolve("fetched");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        SnapshotSave.PATH,
        exchange -> {
          Files.writeString(file, "precious");
          exchange.sendResponseHeaders(200, bytes.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
          }
        });
    server.start();
    try {
      assertThat(save(server, file)).isEqualTo(1);
    } finally {
      server.stop(0);
    }
    assertThat(error()).contains("exists already").hasLineCount(1);
    assertThat(file).hasContent("precious");
    assertThat(allBelow(path)).noneMatch(each -> each.toString().endsWith(".part"));
  }

  /** Where a majority is lost, the log of one machine is all there is. */
  @Test
  void theDirectoryOfAStoppedMachineBecomesABackupWithEveryEntryOfItsLog() throws Exception {
    Path data = dataDirectory();
    appendUncommitted(data, "/acknowledged");
    List<Path> before = allBelow(data);
    Path file = path.resolve("rescued");

    assertThat(run("snapshot", "save", "--data-dir", data.toString(), file.toString())).isZero();
    assertThat(allBelow(data)).isEqualTo(before);
    assertThat(printed()).contains("index 3, term 1").contains("old  a  http://127.0.0.1:7001");
    StateImage image = BackupFile.read(file).image();
    assertThat(image.version().get("/acknowledged", false)).isInstanceOf(Result.Success.class);
    assertThat(restore(file, path.resolve("new").toString())).isZero();

    assertThat(run("snapshot", "save", "--data-dir=" + path, path.resolve("no").toString()))
        .isEqualTo(1);
    assertThat(error()).contains("there is no log").hasLineCount(1);
    assertThat(allBelow(path)).noneMatch(each -> each.toString().endsWith(".part"));
  }

  private static void appendUncommitted(Path data, String key) throws IOException {
    try (DiskDirectory peer = DiskDirectory.open(data.resolve("peer"));
        Wal wal = Wal.open(peer, SnapshotStore.open(peer), WalOptions.DEFAULT, WalListener.NONE)) {
      Operation set = new Operation.Set(key, false, "value", OptionalLong.empty(), false);
      byte[] command = CommandCodec.encode(new CommandEnvelope(1, 1, 2_000, new WriteKey(set)));
      wal.append(
          WalBatch.of(
              List.of(new Entry(1, 3, new Payload.Normal(command))), new HardState(1, 0xa, 2)),
          () -> {});
      wal.turn();
    }
  }

  @Test
  void whatThePeerSaysInsteadIsToldInOneLine() throws Exception {
    byte[] bytes = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
    HttpServer server = serve(bytes, bytes.length, 404);
    try {
      assertThat(save(server, path.resolve("none"))).isEqualTo(1);
      assertThat(error()).contains("404 page not found").contains("peer port").hasLineCount(1);
    } finally {
      server.stop(0);
    }
    assertThat(save(server, path.resolve("none"))).isEqualTo(1);
    assertThat(error()).contains("nobody answers there").hasLineCount(1);
  }
}
