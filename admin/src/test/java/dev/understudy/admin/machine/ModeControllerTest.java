package dev.understudy.admin.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.admin.cli.HostPort;
import dev.understudy.admin.cli.MachineOptions;
import dev.understudy.admin.discovery.KeyService;
import dev.understudy.clusterconfig.ClusterClient;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.FatalErrors;
import dev.understudy.clusterconfig.HttpClusterClient;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.peer.PeerContext;
import dev.understudy.standby.StandbyInfo;
import dev.understudy.standby.StandbyInfoFile;
import dev.understudy.standby.StandbyServer;
import dev.understudy.standby.WorkLoop;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.WalOptions;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In what order a mode is unbound and ends, on loops that are turned by hand. */
class ModeControllerTest {
  private static final HostPort CLIENTS = new HostPort("127.0.0.1", 1);
  private static final HostPort PEERS = new HostPort("127.0.0.1", 2);
  private static final MachineView OTHER =
      new MachineView("other", MachineView.State.LEADER, "http://c:1", "http://p:1");

  private final List<String> order = new ArrayList<>();
  private Error atStandby;
  @TempDir Path directory;

  @AfterEach
  void nothingIsFatalAnyMore() {
    FatalErrors.endWith(error -> {});
  }

  /** A mode may need long to end; whoever asks meanwhile is refused, not served by what ends. */
  @Test
  void nobodyIsAnsweredByAModeThatEnds() throws Exception {
    StandbyInfoFile file = new StandbyInfoFile(directory);
    file.save(new StandbyInfo(true, List.of(OTHER), 5));
    try (DiskDirectory peerDirectory = DiskDirectory.open(directory.resolve("peer"))) {
      World world = new World(new DiskContext(peerDirectory, file));
      ModeController modes = new ModeController(options(), world, new NobodyListens(), "test");
      modes.begin();
      world.modeLoop.settle();
      assertThat(order).containsExactly("starting", "standby");
      modes.close();
      assertThat(order).containsExactly("starting", "standby", "nothing", "standby has ended");
    }
  }

  /** The answer that led to the mode is a future, which would keep the error to itself. */
  @Test
  void aModeThatGetsNoThreadEndsTheProcess() throws Exception {
    List<Throwable> fatal = new ArrayList<>();
    FatalErrors.endWith(fatal::add);
    StandbyInfoFile file = new StandbyInfoFile(directory);
    file.save(new StandbyInfo(true, List.of(OTHER), 5));
    atStandby = new OutOfMemoryError("unable to create native thread");
    try (DiskDirectory peerDirectory = DiskDirectory.open(directory.resolve("peer"))) {
      World world = new World(new DiskContext(peerDirectory, file));
      ModeController modes = new ModeController(options(), world, new NobodyListens(), "test");
      modes.begin();
      world.modeLoop.settle();
      assertThat(fatal).containsExactly(atStandby);
      modes.close();
    }
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

  private static final class NobodyListens implements MachineEvents {
    @Override
    public void ready(MachineEvents.Mode mode) {}

    @Override
    public void changed(MachineEvents.Mode mode, String reason) {}

    @Override
    public void failed(String reason) {
      throw new AssertionError(reason);
    }
  }

  /** What is scheduled is never due. */
  private static final class TimelessLoop implements WorkLoop {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Runnable atTheEnd;

    TimelessLoop(Runnable atTheEnd) {
      this.atTheEnd = atTheEnd;
    }

    void settle() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayMillis) {}

    @Override
    public void close() {
      atTheEnd.run();
    }
  }

  private final class Ports implements MachinePorts {
    @Override
    public void answerAs(StartingMachine starting) {
      order.add("starting");
    }

    @Override
    public void answerAs(PeerServices peer) {
      order.add("peer");
    }

    @Override
    public void answerAs(StandbyServer standby) {
      order.add("standby");
      if (atStandby != null) {
        throw atStandby;
      }
    }

    @Override
    public void answerAs(ReplicaStandby replica) {
      order.add("replica");
    }

    @Override
    public void drain() {}

    @Override
    public void answerNothing() {
      order.add("nothing");
    }
  }

  private final class World implements MachineContext {
    private final DiskContext disk;
    private final TimelessLoop modeLoop = new TimelessLoop(() -> {});
    private final MachinePorts ports = new Ports();
    private final ClusterClient client = new HttpClusterClient(() -> 0);

    World(DiskContext disk) {
      this.disk = disk;
    }

    @Override
    public void open() {}

    @Override
    public Directory peerDirectory() {
      return disk.peerDirectory();
    }

    @Override
    public String setPeerDirectoryAside() {
      return disk.setPeerDirectoryAside();
    }

    @Override
    public WalOptions walOptions() {
      return disk.walOptions();
    }

    @Override
    public StandbyInfoFile standbyInfo() {
      return disk.standbyInfo();
    }

    @Override
    public ClusterClient clusterClient() {
      return client;
    }

    @Override
    public KeyService keyService() {
      return disk.keyService();
    }

    @Override
    public MachinePorts ports() {
      return ports;
    }

    @Override
    public PeerContext newPeerContext() {
      return disk.newPeerContext();
    }

    @Override
    public WorkLoop newLoop(String name) {
      return name.startsWith("mode")
          ? modeLoop
          : new TimelessLoop(() -> order.add("standby has ended"));
    }

    @Override
    public long monotonicMillis() {
      return 0;
    }

    @Override
    public long wallMillis() {
      return 0;
    }

    @Override
    public RandomGenerator newRandom() {
      return disk.newRandom();
    }

    @Override
    public long newId() {
      return 1;
    }

    @Override
    public void close() {}
  }
}
