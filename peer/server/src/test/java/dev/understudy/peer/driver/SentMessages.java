package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Message;
import dev.understudy.transport.ForwardedProposals;
import dev.understudy.transport.PeerReceiver;
import dev.understudy.transport.RejectedProposals;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.TrafficCount;
import dev.understudy.transport.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A network that keeps what it is given and delivers nothing. */
final class SentMessages implements Transport {
  final List<Message> messages = new ArrayList<>();
  final List<ForwardedProposals> forwarded = new ArrayList<>();
  final List<RejectedProposals> refused = new ArrayList<>();
  private Map<Long, Incarnation> recordedStarts = Map.of();
  private Map<Long, URI> peers = Map.of();

  /** As they were stated last. */
  Map<Long, Incarnation> recordedStarts() {
    return recordedStarts;
  }

  /** Whom this peer reaches. */
  Map<Long, URI> peers() {
    return peers;
  }

  @Override
  public void start(PeerReceiver receiver) {}

  @Override
  public void setRecordedStarts(Map<Long, Incarnation> recorded) {
    recordedStarts = Map.copyOf(recorded);
  }

  @Override
  public Map<Long, Lineage> connected() {
    return Map.of();
  }

  @Override
  public void setPeers(Map<Long, URI> peerUrls) {
    peers = Map.copyOf(peerUrls);
  }

  @Override
  public void foundAt(long member, URI peerUrl) {}

  @Override
  public void send(List<Message> some) {
    messages.addAll(some);
  }

  @Override
  public void forward(ForwardedProposals proposals) {
    forwarded.add(proposals);
  }

  @Override
  public void refuse(RejectedProposals refusal) {
    refused.add(refusal);
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    outcome.failed(new IOException("nobody is there"));
  }

  @Override
  public TrafficCount traffic() {
    return new TrafficCount(0, 0, 0, 0, 0, Map.of());
  }

  @Override
  public void close() {}
}
