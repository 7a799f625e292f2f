package dev.understudy.peer;

import dev.understudy.api.ClientBackend;
import dev.understudy.api.ClientLimits;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.waits.Waits;
import dev.understudy.peer.driver.DriverOptions;
import dev.understudy.peer.driver.DriverProxy;
import dev.understudy.peer.driver.DutyCycleTracker;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.peer.driver.ReadGate;
import dev.understudy.peer.leadership.Duty;
import dev.understudy.peer.leadership.LeaderLoop;
import dev.understudy.peer.leadership.LeadershipMetrics;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;

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

  final ReadGate gate;
  final DriverProxy driver;
  final StateMachine machine;
  final ClientBackend backend;
  final LeadershipMetrics metrics;
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Directory directory;
  private final PeerServer server;
  private volatile boolean appendsHeld;

  /**
   * @param duty what its leader does beside a peer's own duties
   */
  LonePeer(Duty duty) throws IOException {
    this(duty, PATIENCE);
  }

  /** The same, with so much time for each request. */
  LonePeer(Duty duty, Duration requestTimeout) throws IOException {
    MemoryDisk disk = new MemoryDisk("lone");
    try (Directory created = disk.mount();
        Wal empty =
            Wal.create(
                created, new WalIdentity(SimulatedPeers.CLUSTER, SELF), SMALL, WalListener.NONE)) {
      empty.append(SimulatedPeers.beginning(3), () -> {});
    }
    directory = disk.mount();
    PeerContext context =
        new PeerContext(
            (self, snapshots, timer) -> new PeerContext.Link(new Others(), new Handler.Wrapper()),
            name -> new PeerThreads(name, System::nanoTime),
            System::nanoTime,
            System::currentTimeMillis,
            new Random(1),
            List.of(duty));
    server = new PeerServer(options(requestTimeout), directory, context, this, 0);
    server.recover();
    server.start();
    PeerAssembly assembly = server.assembly();
    gate = assembly.gate;
    driver = assembly.driver;
    machine = assembly.machine;
    backend = assembly.clientBackend;
    metrics = assembly.leadershipMetrics;
  }

  private static PeerOptions options(Duration requestTimeout) {
    return new PeerOptions(
        new MachineRecord("lone", "http://peer1:1", "http://c1"),
        500,
        new DriverOptions(50, requestTimeout.toMillis(), 1_000, 1_000, 16, 1_000_000, 1_000),
        new LeaderLoop.Timing(500, 50),
        ClientLimits.DEFAULT,
        SMALL,
        "test");
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  DutyCycleTracker turnTimes() {
    return server.assembly().turnTimes;
  }

  /** Makes it campaign, and waits until it leads. */
  void elect() {
    long at = nowMillis();
    driver.campaign();
    Waits.await("leads")
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
    Waits.await("deposed")
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
  public void outlived(String reason) {
    throw new AssertionError(reason);
  }

  @Override
  public void failed(Throwable cause) {
    failures.add(cause);
  }

  @Override
  public void close() throws IOException {
    server.close();
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
    public void setRecordedStarts(Map<Long, Incarnation> recorded) {}

    @Override
    public Map<Long, Lineage> connected() {
      return Map.of();
    }

    @Override
    public void setPeers(Map<Long, URI> peerUrls) {}

    @Override
    public void foundAt(long member, URI peerUrl) {}

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
