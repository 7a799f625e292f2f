package dev.understudy.peer;

import dev.understudy.peer.driver.ClusterClock;
import dev.understudy.peer.driver.Driver;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.DriverThread;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.peer.driver.LatestValue;
import dev.understudy.peer.driver.Leadership;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.driver.ReplicationStatistics;
import dev.understudy.peer.driver.Snapshotter;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.peer.leadership.LeaderLoopThread;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.MemoryStorage;
import dev.understudy.raft.Message;
import dev.understudy.raft.RaftConfig;
import dev.understudy.raft.RaftCore;
import dev.understudy.raft.RaftEvents;
import dev.understudy.statemachine.Command.WriteKey;
import dev.understudy.statemachine.StateMachine;
import dev.understudy.store.Operation;
import dev.understudy.store.Result;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.TrafficCount;
import dev.understudy.transport.Transport;
import dev.understudy.wal.Directory;
import dev.understudy.wal.MemoryDisk;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.Wal;
import dev.understudy.wal.WalIdentity;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * One peer with all of its threads, and two others of which only the answers exist: they grant
 * every vote and take every entry at once, and depose it when they are told to. So leadership flaps
 * as fast as the peer can go along.
 */
final class LonePeer implements AutoCloseable, PeerEvents {
  private static final long SELF = 1;
  private static final long RIVAL = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final WalOptions SMALL = new WalOptions(64 << 10, 4 << 10, 16 << 10, 512, 0);
  private static final DriverOptions OPTIONS =
      new DriverOptions(50, 5_000, 1_000, 1_000, 16, 1_000_000, 1_000);

  final ReadGate gate;
  final Driver driver;
  final StateMachine machine = new StateMachine(1_000);
  final LeadershipMetrics metrics = new LeadershipMetrics();
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final PeerThreads threads = new PeerThreads("lone");
  private final Directory directory;
  private final Wal wal;
  private final DriverThread driverThread;
  private final LeaderLoopThread leaderThread;
  private volatile boolean appendsHeld;

  LonePeer(Duty duty) throws IOException {
    MemoryDisk disk = new MemoryDisk("lone");
    try (Directory created = disk.mount();
        Wal empty =
            Wal.create(
                created, new WalIdentity(SimulatedPeers.CLUSTER, SELF), SMALL, WalListener.NONE)) {
      empty.append(SimulatedPeers.beginning(3), () -> {});
    }
    directory = disk.mount();
    SnapshotStore snapshots = SnapshotStore.open(directory);
    wal = Wal.open(directory, snapshots, SMALL, this::failed);
    MemoryStorage log = new MemoryStorage(base -> java.util.Optional.empty());
    log.append(wal.recovered().entries());
    log.setHardState(wal.recovered().hardState());
    gate = new ReadGate(threads.answers(), LonePeer::nowMillis);
    ClusterClock clock = new ClusterClock(LonePeer::nowMillis, System::currentTimeMillis);
    LatestValue<Leadership> notices = new LatestValue<>();
    Others others = new Others();
    driver =
        new Driver(
            new Driver.World(
                core(log),
                log,
                machine,
                wal,
                new Snapshotter(snapshots, threads.background()),
                others,
                new ReplicationStatistics(System::nanoTime),
                clock,
                LonePeer::nowMillis,
                System::currentTimeMillis,
                threads.answers()),
            OPTIONS,
            notices,
            gate,
            this,
            7);
    others.start(driver);
    driverThread = new DriverThread(driver, "driver-lone", this::failed);
    LeaderLoop loop =
        new LeaderLoop(
            notices,
            term -> applied(driver.barrier(term)),
            gate,
            List.of(duty),
            LonePeer::nowMillis,
            new LeaderLoop.Timing(500, 50),
            metrics);
    leaderThread = new LeaderLoopThread(loop, "leader-lone", this::failed);
  }

  private RaftCore core(MemoryStorage log) {
    return new RaftCore(
        SELF,
        RaftConfig.DEFAULT
            .withTicks(10, 1)
            .withAsyncStorageWrites(true)
            .withForwardProposals(false),
        log,
        log.firstIndex() - 1,
        new Random(1)::nextInt,
        new RaftEvents() {},
        id -> false);
  }

  private static CompletableFuture<Void> applied(CompletableFuture<Outcome<Long>> barrier) {
    return barrier.thenAccept(
        outcome -> {
          if (!(outcome instanceof Outcome.Done)) {
            throw new IllegalStateException("not applied: " + outcome);
          }
        });
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  void start() {
    wal.start();
    driverThread.start();
    leaderThread.start();
  }

  LinearizableReads reads(Duration timeout) {
    return new LinearizableReads(
        gate, driver, threads.timer(), LonePeer::nowMillis, timeout.toMillis());
  }

  DutyCycleTracker turnTimes() {
    return driverThread.turnTimes();
  }

  /** Makes it campaign, and waits until it leads. */
  void elect() {
    long at = nowMillis();
    driver.campaign();
    Awaitility.await("leads")
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(
            () -> {
              if (nowMillis() - at > 500) {
                driver.campaign();
              }
              return driver.status().isLeader();
            });
  }

  /** Tells it of a leader of a newer term, and waits until it has understood. */
  void depose() {
    long term = driver.status().term();
    driver.message(
        new Message.Append(RIVAL, SELF, term + 1, new LogSlice(EntryId.ZERO, List.of()), 0));
    Awaitility.await("deposed")
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(PATIENCE)
        .until(() -> driver.status().term() > term);
  }

  /** Whether the others keep silent about entries, so that nothing is committed. */
  void holdAppends(boolean held) {
    appendsHeld = held;
  }

  Outcome<Result> write(String value, Duration patience) throws Exception {
    return driver
        .propose(
            new WriteKey(new Operation.Set("/written", false, value, OptionalLong.empty(), false)))
        .get(patience.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void removed(String reason) {
    failures.add(new AssertionError(reason));
  }

  @Override
  public void failed(Throwable cause) {
    failures.add(cause);
  }

  @Override
  public void close() throws IOException {
    PeerThreads.awaitEnd("driver", driverThread::stop);
    PeerThreads.awaitEnd("leader loop", leaderThread::join);
    threads.close();
    wal.close();
    directory.close();
  }

  /** The network and those behind it. */
  private final class Others implements Transport {
    private volatile PeerReceiver receiver;

    @Override
    public void start(PeerReceiver next) {
      receiver = next;
    }

    @Override
    public void setPeers(Map<Long, URI> peerUrls) {}

    @Override
    public void send(List<Message> messages) {
      messages.forEach(this::answer);
    }

    private void answer(Message message) {
      long from = message.to();
      if (message instanceof Message.PreVoteRequest asked) {
        receiver.message(new Message.PreVoteResponse(from, SELF, asked.term(), true));
      } else if (message instanceof Message.VoteRequest asked) {
        receiver.message(new Message.VoteResponse(from, SELF, asked.term(), true));
      } else if (message instanceof Message.Heartbeat beat) {
        receiver.message(new Message.HeartbeatResponse(from, SELF, beat.term(), beat.context()));
      } else if (message instanceof Message.Append append && !appendsHeld) {
        long index = append.slice().lastIndex();
        receiver.message(new Message.AppendResponse(from, SELF, append.term(), index, false, 0, 0));
      }
    }

    @Override
    public void forward(ForwardedProposals proposals) {}

    @Override
    public void refuse(RejectedProposals refusal) {}

    @Override
    public void sendSnapshot(
        Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
      outcome.failed(new IOException("nobody is there"));
    }

    @Override
    public TrafficCount traffic() {
      throw new UnsupportedOperationException("nothing is measured here");
    }

    @Override
    public void close() {}
  }
}
