package dev.understudy.peer;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Message;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.MalformedMessageException;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.TrafficCount;
import dev.understudy.transport.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What one peer of a simulation sends, arriving late, out of order, or never. */
final class SimulatedNetwork implements Transport {
  private final SimulatedPeers cluster;
  private final long self;
  private Map<Long, Lineage> processes = Map.of();
  private final SnapshotSink snapshots;
  private PeerReceiver receiver;
  private Map<Long, URI> peers = Map.of();

  SimulatedNetwork(SimulatedPeers cluster, long self, SnapshotSink snapshots) {
    this.cluster = cluster;
    this.self = self;
    this.snapshots = snapshots;
  }

  PeerReceiver receiver() {
    return receiver;
  }

  @Override
  public void start(PeerReceiver next) {
    receiver = next;
  }

  @Override
  public void setRecordedStarts(Map<Long, Incarnation> recorded) {}

  @Override
  public Map<Long, Lineage> connected() {
    return processes;
  }

  /** What the others state of their starts; nothing unless a test says so. */
  void setProcesses(Map<Long, Lineage> stated) {
    processes = Map.copyOf(stated);
  }

  /** Everybody is reached who lives; drivers must not depend on it. */
  @Override
  public void setPeers(Map<Long, URI> peerUrls) {
    peers = Map.copyOf(peerUrls);
  }

  /** Where the driver has said that the members are. */
  Map<Long, URI> peers() {
    return peers;
  }

  void forgetPeers() {
    peers = Map.of();
  }

  @Override
  public void foundAt(long member, URI peerUrl) {}

  @Override
  public void send(List<Message> messages) {
    for (Message message : messages) {
      if (message instanceof Message.InstallSnapshot) {
        throw new IllegalArgumentException("a snapshot has a connection of its own");
      }
      if (message instanceof Message.Propose) {
        throw new IllegalArgumentException("proposals are forwarded by drivers, not by consensus");
      }
      send(message.to(), to -> to.message(message));
    }
  }

  @Override
  public void forward(ForwardedProposals proposals) {
    cluster.schedule(
        delayMillis() + cluster.forwardedLateMillis(),
        () -> arrive(proposals.to(), to -> to.forwarded(proposals)));
  }

  @Override
  public void refuse(RejectedProposals refusal) {
    send(refusal.to(), to -> to.refused(refusal));
  }

  private void send(long to, Consumer<PeerReceiver> arrival) {
    cluster.schedule(delayMillis(), () -> arrive(to, arrival));
  }

  /** Its streams end, and nobody listens where it was, which whoever is connected notices. */
  void killed() {
    cluster.running().stream()
        .filter(other -> other.member != self)
        .forEach(other -> cluster.schedule(1 + cluster.random.nextInt(3), () -> tellEnd(other)));
  }

  private void tellEnd(SimulatedPeer other) {
    if (other.isRunning() && cluster.connected(self, other.member)) {
      other.life().network().receiver().processEnded(self);
      other.life().poke(0);
    }
  }

  private long delayMillis() {
    return cluster.happens(cluster.weather().slowMessages())
        ? cluster.random.nextInt((int) cluster.weather().slowestMillis() + 1)
        : 1 + cluster.random.nextInt(3);
  }

  private Optional<SimulatedPeer.Life> reached(long to) {
    boolean lost = cluster.happens(cluster.weather().lostMessages());
    SimulatedPeer peer = cluster.peer(to);
    return lost || peer == null || !peer.isRunning() || !cluster.connected(self, to)
        ? Optional.empty()
        : Optional.of(peer.life());
  }

  private void arrive(long to, Consumer<PeerReceiver> arrival) {
    Optional<SimulatedPeer.Life> target = reached(to);
    if (target.isPresent()) {
      arrival.accept(target.get().network().receiver());
      target.get().poke(0);
    } else if (cluster.random.nextInt(10) == 0) {
      receiver.unreachable(to);
    }
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    byte[] bytes;
    try (InputStream in = source.open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      outcome.failed(e);
      return;
    }
    cluster.schedule(10 + 10 * delayMillis(), () -> arrive(message, bytes, outcome));
  }

  private void arrive(Message.InstallSnapshot message, byte[] bytes, SnapshotOutcome outcome) {
    Optional<SimulatedPeer.Life> target = reached(message.to());
    if (target.isEmpty()) {
      outcome.failed(new IOException("cut off"));
      return;
    }
    try {
      target.get().network().snapshots.receive(message, new ByteArrayInputStream(bytes));
    } catch (IOException | MalformedMessageException e) {
      outcome.failed(e);
      return;
    }
    target.get().network().receiver().snapshotArrived(message);
    target.get().poke(0);
    cluster.schedule(
        delayMillis(),
        () -> {
          if (reached(message.to()).isPresent()) {
            outcome.delivered();
          } else {
            outcome.failed(new IOException("no answer"));
          }
        });
  }

  @Override
  public TrafficCount traffic() {
    throw new UnsupportedOperationException("nothing is measured here");
  }

  @Override
  public void close() {}
}
