package dev.understudy.testkit;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.raft.Message;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.HttpTransport;
import dev.understudy.transport.PeerIdentity;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.SimulatedConnections;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.TrafficCount;
import dev.understudy.transport.Transport;
import dev.understudy.transport.TransportOptions;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The network of one peer, for one life of it: the one of production over simulated connections,
 * with messages that arrive twice, which no stream does to them.
 */
final class SimulatedTransport implements Transport {
  private static final int SECOND_AFTER_MILLIS = 5;

  private final SimulatedContext context;
  private final HttpTransport transport;
  private final SimulatedConnections connections;
  private boolean closed;

  SimulatedTransport(SimulatedContext context, PeerIdentity self, SnapshotSink snapshots) {
    this.context = context;
    SimulatedConnections.Made made =
        SimulatedConnections.newTransport(
            self,
            TransportOptions.DEFAULT,
            snapshots,
            new World(context),
            context.clock()::monotonicNanos,
            context.newRandom());
    transport = made.transport();
    connections = made.connections();
  }

  /** What connections know of the simulation. */
  private record World(SimulatedContext context) implements SimulatedConnections.World {
    @Override
    public String url() {
      return context.peerUrl();
    }

    @Override
    public boolean isAlive() {
      return context.isAlive();
    }

    @Override
    public boolean hasPower() {
      return context.network().hasPower(context.peerUrl());
    }

    @Override
    public void carry(String toUrl, Runnable arrival) {
      context.network().carry(context.peerUrl(), toUrl, arrival);
    }

    @Override
    public void carry(String toUrl, long delayMillis, Runnable arrival) {
      context.network().carry(context.peerUrl(), toUrl, delayMillis, arrival);
    }

    @Override
    public void schedule(long delayMillis, Runnable work) {
      context.schedule(delayMillis, work);
    }

    @Override
    public SimulatedConnections.At at(String url) {
      return context
          .network()
          .at(url)
          .map(there -> there.greetedBy(context.peerUrl()))
          .orElseGet(
              () ->
                  context.network().hasPower(url)
                      ? new SimulatedConnections.At.Closed()
                      : new SimulatedConnections.At.Dark());
    }
  }

  /** Who answers at this machine's peer port, when it is in the mode of a peer. */
  SimulatedConnections.At asPeer() {
    return new SimulatedConnections.At.Peer(connections);
  }

  /** Who answers there in another mode. */
  static SimulatedConnections.At asNoPeer(SimulatedContext context) {
    return new SimulatedConnections.At.NoPeer(new World(context));
  }

  @Override
  public void start(PeerReceiver next) throws IOException {
    transport.start(new Waking(next));
  }

  /** What arrives is dealt with at once. */
  private final class Waking implements PeerReceiver {
    private final PeerReceiver peer;

    Waking(PeerReceiver peer) {
      this.peer = peer;
    }

    private void deliver(Runnable delivery) {
      if (context.isAlive()) {
        delivery.run();
        context.wakePeer();
      }
    }

    @Override
    public void message(Message message) {
      deliver(() -> peer.message(message));
    }

    @Override
    public void forwarded(ForwardedProposals proposals) {
      deliver(() -> peer.forwarded(proposals));
    }

    @Override
    public void refused(RejectedProposals refusal) {
      deliver(() -> peer.refused(refusal));
    }

    @Override
    public void unreachable(long member) {
      deliver(() -> peer.unreachable(member));
    }

    @Override
    public void processEnded(long member) {
      deliver(() -> peer.processEnded(member));
    }

    @Override
    public void outlived(String reason) {
      deliver(() -> peer.outlived(reason));
    }

    @Override
    public boolean isObserver() {
      return peer.isObserver();
    }

    @Override
    public void snapshotArrived(Message.InstallSnapshot message) {
      deliver(() -> peer.snapshotArrived(message));
    }

    @Override
    public String nameOf(long member) {
      return peer.nameOf(member);
    }

    @Override
    public Following following() {
      return peer.following();
    }
  }

  @Override
  public void setPeers(Map<Long, URI> peerUrls) {
    transport.setPeers(peerUrls);
  }

  @Override
  public void setRecordedStarts(Map<Long, Incarnation> recorded) {
    transport.setRecordedStarts(recorded);
  }

  @Override
  public Map<Long, Lineage> connected() {
    return transport.connected();
  }

  @Override
  public Map<Long, MachineTraits> traits() {
    return transport.traits();
  }

  @Override
  public void foundAt(long member, URI peerUrl) {
    transport.foundAt(member, peerUrl);
  }

  /** Consensus bears it that its messages arrive twice, and some of them do. */
  @Override
  public void send(List<Message> messages) {
    context.sending(messages);
    transport.send(messages);
    List<Message> again = new ArrayList<>();
    for (Message message : messages) {
      if (context.network().doubles()) {
        again.add(message);
      }
    }
    if (!again.isEmpty()) {
      context.schedule(SECOND_AFTER_MILLIS, () -> sendAgain(again));
    }
  }

  private void sendAgain(List<Message> messages) {
    if (!closed) {
      transport.send(messages);
    }
  }

  /** Once at most, as is promised; twice would be two commands. */
  @Override
  public void forward(ForwardedProposals proposals) {
    transport.forward(proposals);
  }

  @Override
  public void refuse(RejectedProposals refusal) {
    transport.refuse(refusal);
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    transport.sendSnapshot(
        message,
        source,
        new SnapshotOutcome() {
          @Override
          public void delivered() {
            outcome.delivered();
            context.wakePeer();
          }

          @Override
          public void failed(Exception cause) {
            outcome.failed(cause);
            context.wakePeer();
          }
        });
  }

  /** What strangers reach. */
  SimulatedConnections connections() {
    return connections;
  }

  /**
   * The process is gone.
   *
   * @param silently whether its machine is, too; otherwise its kernel closes its streams
   */
  void vanish(boolean silently) {
    closed = true;
    connections.vanish(silently);
  }

  @Override
  public TrafficCount traffic() {
    return transport.traffic();
  }

  @Override
  public void close() {
    closed = true;
    transport.close();
  }
}
