package dev.understudy.peer;

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
import java.util.List;
import java.util.Map;

/** A network that cannot be started. */
record BrokenNetwork(Transport network) implements Transport {
  @Override
  public void start(PeerReceiver receiver) throws IOException {
    throw new IOException("no network");
  }

  @Override
  public void setRecordedStarts(Map<Long, Incarnation> recorded) {
    network.setRecordedStarts(recorded);
  }

  @Override
  public Map<Long, Lineage> connected() {
    return network.connected();
  }

  @Override
  public void setPeers(Map<Long, URI> peerUrls) {
    network.setPeers(peerUrls);
  }

  @Override
  public void foundAt(long member, URI peerUrl) {
    network.foundAt(member, peerUrl);
  }

  @Override
  public void send(List<Message> messages) {
    network.send(messages);
  }

  @Override
  public void forward(ForwardedProposals proposals) {
    network.forward(proposals);
  }

  @Override
  public void refuse(RejectedProposals refusal) {
    network.refuse(refusal);
  }

  @Override
  public void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome) {
    network.sendSnapshot(message, source, outcome);
  }

  @Override
  public TrafficCount traffic() {
    return network.traffic();
  }

  @Override
  public void close() {
    network.close();
  }
}
