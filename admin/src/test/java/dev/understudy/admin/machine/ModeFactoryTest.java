package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalCorruptedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on disk when a mode begins. */
class ModeFactoryTest {
  private static final HostPort CLIENTS = new HostPort("127.0.0.1", 1);
  private static final HostPort PEERS = new HostPort("127.0.0.1", 2);
  private static final JoinReply SEAT = new JoinReply(42, 7, 1);
  private static final MachineView A =
      new MachineView("a", MachineView.State.FOLLOWER, "http://ca:1", "http://a:1");

  @TempDir Path directory;

  @Test
  void aNewPeerRemembersWhomItsLastLogNamed() throws Exception {
    assertThat(savedAfter(new StartupMode.AsNewPeer(SEAT, List.of(A))).cluster())
        .containsExactly(A);
  }

  @Test
  void aNewPeerThatWasAStandbyRemembersWhomThatKnew() throws Exception {
    new StandbyInfoFile(directory).save(new StandbyInfo(true, List.of(A), 5));
    StandbyInfo saved = savedAfter(new StartupMode.AsNewPeer(SEAT));
    assertThat(saved).isEqualTo(new StandbyInfo(false, List.of(A), 5));
  }

  /** The second is what a standby of etcd 0.4 leaves. */
  @ParameterizedTest
  @ValueSource(strings = {"", "{\"Running\":true,\"Cluster\":[],\"SyncInterval\":5}"})
  void noClusterIsFoundedBesideADamagedNoteOfOne(String note) throws Exception {
    Files.writeString(directory.resolve("standby_info"), note);
    try (DiskDirectory peerDirectory = DiskDirectory.open(directory.resolve("peer"))) {
      DiskContext context = new DiskContext(peerDirectory, new StandbyInfoFile(directory));
      assertThat(new ModeFactory(options(), context, new ManualLoop(), "test").firstMode())
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(StartRefusedException.class)
          .withMessageContaining("standby_info tells of a cluster but is damaged");
    }
  }

  @Test
  void aDamagedLogIsRefusedWithItsPlaceAndTheWayOut() throws Exception {
    Path peer = directory.resolve("peer");
    try (DiskDirectory peerDirectory = DiskDirectory.open(peer)) {
      DiskContext context = new DiskContext(peerDirectory, new StandbyInfoFile(directory));
      ModeFactory factory = new ModeFactory(options(), context, new ManualLoop(), "test");
      factory.peer(new StartupMode.AsFounder(), new NobodyListens()).close();
      Path segment = flipABitOfTheLog(peer);
      assertThat(factory.firstMode())
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .havingCause()
          .isInstanceOf(StartRefusedException.class)
          .withMessageStartingWith(peer.toRealPath() + ": " + segment.getFileName())
          .withMessageContaining("is damaged; nothing was changed")
          .withMessageContaining("no other machine is known")
          .withMessageContaining("Start it again, with --peers")
          .withMessageContaining("restore a backup (snapshot restore)");
    }
  }

  /** Should the machine stand by, nothing else would ever take it away. */
  @Test
  void whatABeginningThatWasInterruptedHasLeftIsClearedAtTheStart() throws Exception {
    Path peer = directory.resolve("peer");
    try (DiskDirectory peerDirectory = DiskDirectory.open(peer)) {
      DiskContext context = new DiskContext(peerDirectory, new StandbyInfoFile(directory));
      ManualLoop loop = new ManualLoop();
      try (ModeFactory factory = new ModeFactory(options(), context, loop, "test")) {
        factory.peer(new StartupMode.AsFounder(), new NobodyListens()).close();
        Files.createFile(peer.resolve("unfinished"));
        CompletableFuture<StartupMode> found = factory.firstMode();
        loop.settle();
        assertThat(found).isCompletedWithValueMatching(StartupMode.AsFounder.class::isInstance);
        assertThat(peerDirectory.list()).isEmpty();
      }
    }
  }

  /** What was read when the others were asked is what the peer begins with. */
  @Test
  void aStartReadsTheLogOnce() throws Exception {
    Path peer = directory.resolve("peer");
    try (DiskDirectory peerDirectory = DiskDirectory.open(peer)) {
      DiskContext context = new DiskContext(peerDirectory, new StandbyInfoFile(directory));
      try (ModeFactory factory = new ModeFactory(options(), context, new ManualLoop(), "test")) {
        factory.peer(new StartupMode.AsFounder(), new NobodyListens()).close();
        StartupMode found = factory.firstMode().get();
        flipABitOfTheLog(peer);
        factory.peer(found, new NobodyListens()).close();
        assertThatThrownBy(() -> factory.peer(found, new NobodyListens()))
            .as("only once")
            .isInstanceOf(WalCorruptedException.class);
      }
    }
  }

  /** In the header of its first segment. */
  private static Path flipABitOfTheLog(Path peer) throws IOException {
    Path segment;
    try (Stream<Path> files = Files.list(peer)) {
      segment = files.filter(file -> file.toString().endsWith(".wal")).sorted().findFirst().get();
    }
    byte[] content = Files.readAllBytes(segment);
    content[20] ^= 1;
    Files.write(segment, content);
    return segment;
  }

  private StandbyInfo savedAfter(StartupMode mode) throws Exception {
    StandbyInfoFile file = new StandbyInfoFile(directory);
    try (DiskDirectory peerDirectory = DiskDirectory.open(directory.resolve("peer"))) {
      DiskContext context = new DiskContext(peerDirectory, file);
      new ModeFactory(options(), context, new ManualLoop(), "test")
          .peer(mode, new NobodyListens())
          .close();
    }
    return file.load().orElseThrow();
  }

  private MachineOptions options() {
    return new MachineOptions(
        "self",
        directory,
        CLIENTS,
        CLIENTS,
        PEERS,
        PEERS,
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

  private static final class NobodyListens implements PeerEvents {
    @Override
    public void removed(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void outlived(String reason) {}

    @Override
    public void failed(Throwable cause) {
      throw new AssertionError(cause);
    }
  }
}
