package dev.understudy.transport;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.raft.Message;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * How a peer reaches the others: what the driver sees of the network, so that a simulation can put
 * another one in its place.
 *
 * <p>Delivery is a best effort. A message may be lost, never altered, and it arrives once at most;
 * between two peers messages arrive in the order in which they were sent as long as the stream
 * between them lives. Whoever needs more asks again, as Raft does.
 *
 * <p>All methods may be called from any thread; none of them blocks, but {@link #start} and {@link
 * #close}.
 */
public interface Transport extends AutoCloseable {
  /**
   * Begins to deliver to the receiver and to reach for the peers. Called once.
   *
   * @throws IOException when the network cannot be used; nothing is left running then
   */
  void start(PeerReceiver receiver) throws IOException;

  /**
   * Says who can be reached where; replaces what was said before. Streams to peers that are no
   * longer named are closed once what is queued for them is written. Before {@link #start} the map
   * is kept for then. The own id may be in it and is left out.
   *
   * @param peerUrls the peer URL of each member, by its id
   */
  void setPeers(Map<Long, URI> peerUrls);

  /**
   * States the newest start of each member that the cluster has recorded; replaces what was stated
   * before. Whose directory is outlived by that is not talked with.
   */
  void setRecordedStarts(Map<Long, Incarnation> recorded);

  /**
   * The members with whom a stream is open that was heard of lately, each with what its process
   * states of its starts.
   */
  Map<Long, Lineage> connected();

  /**
   * What members have said of their machines when they connected last, whether they are connected
   * now or not.
   */
  default Map<Long, MachineTraits> traits() {
    return Map.of();
  }

  /**
   * Says that a member was found at another address than {@link #setPeers} names. It is reached
   * there until {@link #setPeers} names a new one for it.
   */
  void foundAt(long member, URI peerUrl);

  /**
   * Queues messages for the members they name. A member without a known address is reached over the
   * stream that it opened to us, when there is one. What cannot be queued (no way there, or the
   * queue is full) is dropped, and {@link PeerReceiver#unreachable} says so, on the calling thread
   * or on another.
   *
   * @throws IllegalArgumentException for an install-snapshot message, which {@link #sendSnapshot}
   *     carries, and for the core's own proposals, in whose place {@link #forward} is
   */
  void send(List<Message> messages);

  /**
   * Queues proposals for the leader that they name, as {@link #send} does with messages. When they
   * are dropped, nothing is answered.
   */
  void forward(ForwardedProposals proposals);

  /**
   * Queues a refusal for the member that it names, as {@link #send} does with messages. When it is
   * dropped, that member goes on waiting.
   */
  void refuse(RejectedProposals refusal);

  /**
   * Transfers a snapshot on a connection of its own.
   *
   * @param message who gets it from whom, and what it stands for
   * @param source the snapshot's bytes; opened once, later, on a thread of the network, and closed
   *     by it whatever happens
   * @param outcome called exactly once, on any thread
   */
  void sendSnapshot(
      Message.InstallSnapshot message, SnapshotSource source, SnapshotOutcome outcome);

  /** How much has been sent and received since the start. */
  TrafficCount traffic();

  /**
   * Stops delivering and closes every stream; snapshot transfers under way fail and are reported.
   * Returns when nothing of this network runs any more (waiting a few seconds at most, so never
   * call it from the receiver's methods). Idempotent.
   */
  @Override
  void close();
}
