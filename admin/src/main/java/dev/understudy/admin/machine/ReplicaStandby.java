package dev.understudy.admin.machine;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.LocalData;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.peer.PeerServer;
import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.peer.driver.PeerEvents;
import dev.understudy.standby.StandbyServer;
import dev.understudy.wal.WalIdentity;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A standby that holds the data: beside the standby runs a peer that has no seat, to which the
 * leader sends its log for as long as this standby syncs. While that peer is in touch with the
 * leader, clients are answered by it; otherwise, and before there is one, by the standby, which
 * redirects. With its seat the standby ends and the peer goes on.
 *
 * <p>For the mode loop; what the ports ask is for any thread.
 */
public final class ReplicaStandby implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaStandby.class);

  /** Of the leader; after these the replica looks for the next one. */
  private static final int MISSED_HEARTBEATS = 3;

  /** The peer, and where what it reports goes. */
  private record Copy(PeerServer peer, CopyEvents events, WalIdentity identity) {}

  /** Makes the peers of replicas. */
  interface Copies {
    /** The data that lie here of a replica, if it can go on with them; not started. */
    Optional<PeerServer> resumed(PeerEvents events) throws IOException;

    /** A replica that has nothing yet; what lies here is dropped. Not started. */
    PeerServer begun(WalIdentity identity, PeerEvents events) throws IOException;
  }

  /**
   * What the leader's silence is measured by.
   *
   * @param heartbeatMillis between two heartbeats
   * @param electionMillis after which the leader is taken for dead
   */
  record Timing(long heartbeatMillis, long electionMillis) {}

  private final String name;
  private final Copies copies;
  private final Timing timing;
  private final StandbyServer standby;

  private final CopyEvents.Owner owner;

  private volatile Optional<Copy> copy = Optional.empty();

  /** What must be applied before clients are answered; none while the leader has not said. */
  private volatile OptionalLong readableFrom = OptionalLong.empty();

  /** What the peer had when it started, until the leader knows better. */
  private volatile OptionalLong recoveredIndex = OptionalLong.empty();

  /**
   * Under which ids data were held here and are no more. What was acknowledged under one of them is
   * forgotten, so it must not be gone on with: an answer that confirms one has come late.
   */
  private final Set<Long> formerIds = new HashSet<>();

  private String lastRefusal = "";

  /**
   * Starts nothing.
   *
   * @param owner hears of the end of its peer, and tells it with {@link #ended}
   * @param standby makes the standby, from what tells what it holds
   */
  ReplicaStandby(
      String name,
      Copies copies,
      Timing timing,
      CopyEvents.Owner owner,
      Function<Supplier<LocalData>, StandbyServer> standby) {
    this.name = name;
    this.copies = copies;
    this.timing = timing;
    this.owner = owner;
    this.standby = standby.apply(this::held);
  }

  /** Begins with the data that are here, if they can be gone on with, and syncs. */
  void start() throws IOException {
    CopyEvents events = new CopyEvents(owner);
    Optional<PeerServer> resumed = copies.resumed(events);
    if (resumed.isPresent()) {
      run(resumed.get(), events);
    }
    standby.start();
  }

  private void run(PeerServer peer, CopyEvents events) throws IOException {
    try {
      RecoveredIdentity recovered = peer.recover();
      peer.start();
      recoveredIndex = recovered.lastIndex();
      readableFrom = OptionalLong.empty();
      copy = Optional.of(new Copy(peer, events, recovered.identity()));
    } catch (IOException | RuntimeException e) {
      peer.close();
      throw e;
    }
  }

  /** What a leader is told of this machine's data. Any thread. */
  private LocalData held() {
    Optional<Copy> now = copy;
    if (now.isEmpty()) {
      return new LocalData.None();
    }
    return new LocalData.Held(
        now.get().identity().memberId(),
        now.get().peer().recollection().lineage().stated(),
        recoveredIndex);
  }

  /** The leader has said whether it sends its log, and under which id. */
  void answered(ReplicaReply reply, long clusterId) throws IOException {
    if (reply instanceof ReplicaReply.Refused refused) {
      if (!refused.why().equals(lastRefusal)) {
        LOG.info("{} gets no data, and redirects: {}", name, refused.why());
      }
      lastRefusal = refused.why();
      return;
    }
    lastRefusal = "";
    ReplicaReply.Granted granted = (ReplicaReply.Granted) reply;
    if (formerIds.contains(granted.memberId())) {
      return;
    }
    WalIdentity identity = new WalIdentity(clusterId, granted.memberId());
    if (copy.filter(now -> now.identity().equals(identity)).isEmpty()) {
      dropCopy();
      CopyEvents events = new CopyEvents(owner);
      run(copies.begun(identity, events), events);
      standby.noteReplica(identity.memberId());
      LOG.info("{} becomes a replica as {}", name, identity);
    }
    recoveredIndex = OptionalLong.empty();
    if (readableFrom.isEmpty()) {
      readableFrom = OptionalLong.of(granted.commitIndex());
    }
  }

  /**
   * A copy has ended, and may have a successor already. When its data are of no use any more, the
   * leader is asked for others with the next sync.
   *
   * @param machine told when the machine cannot go on
   */
  void ended(CopyEvents of, CopyEvents.End end, PeerEvents machine) throws IOException {
    if (copy.filter(now -> now.events().equals(of)).isEmpty()) {
      return;
    }
    if (end instanceof CopyEvents.End.Failed) {
      end.tell(machine);
    } else {
      LOG.warn("{} drops its copy of the data, and asks for another: {}", name, end.reason());
      dropCopy();
    }
  }

  private void dropCopy() throws IOException {
    Optional<Copy> last = copy;
    copy = Optional.empty();
    readableFrom = OptionalLong.empty();
    if (last.isPresent()) {
      formerIds.add(last.get().identity().memberId());
      last.get().peer().close();
    }
  }

  /**
   * Looks for the leader when it has been silent; to be called often.
   *
   * @return whether the log says that this machine has a seat: it is a peer, whatever it was told
   */
  boolean turn() {
    boolean silent =
        copy.filter(now -> !now.peer().isInTouch(MISSED_HEARTBEATS * timing.heartbeatMillis()))
            .isPresent();
    if (silent) {
      // Whoever is found hears that this replica wants its log.
      standby.leaderNow();
    }
    return copy.filter(
            now ->
                now.peer()
                    .recollection()
                    .registry()
                    .byMember(now.identity().memberId())
                    .isPresent())
        .isPresent();
  }

  /**
   * Ends the standby, and gives the running peer away.
   *
   * @param next where what it reports goes from now on
   */
  PeerServer release(PeerEvents next) {
    Copy last = copy.orElseThrow();
    copy = Optional.empty();
    last.events().relayTo(next);
    standby.close();
    LOG.info("{} takes a seat with the data that it holds, and becomes a peer", name);
    return last.peer();
  }

  /** The standby. Any thread. */
  public StandbyServer standby() {
    return standby;
  }

  /** The peer that has no seat, if there is one. Any thread. */
  public Optional<PeerServer> peer() {
    return copy.map(Copy::peer);
  }

  /** The peer, while it may answer clients. Any thread. */
  public Optional<PeerServer> serving() {
    return copy.map(Copy::peer)
        .filter(peer -> readableFrom.isPresent())
        .filter(peer -> peer.appliedIndex() >= readableFrom.getAsLong())
        .filter(peer -> peer.isInTouch(timing.electionMillis()))
        .filter(peer -> peer.reasonToWait().isEmpty());
  }

  @Override
  public void close() throws IOException {
    standby.close();
    dropCopy();
  }

  @Override
  public String toString() {
    return name + copy.map(now -> " " + HexId.text(now.identity().memberId())).orElse("");
  }
}
