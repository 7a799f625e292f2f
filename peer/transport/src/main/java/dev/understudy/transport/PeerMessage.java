package dev.understudy.transport;

import dev.understudy.clusterconfig.HexId;
import dev.understudy.raft.Message;

/** What travels on a stream: a message of consensus, or what drivers send each other beside it. */
sealed interface PeerMessage permits PeerMessage.Consensus, ForwardedProposals, RejectedProposals {
  /** The member that it is of. */
  long from();

  /** The member that it is for. */
  long to();

  /** What it is, without what it carries, for a line of the log. */
  default String text() {
    Object message = this instanceof Consensus consensus ? consensus.message() : this;
    return message.getClass().getSimpleName()
        + " from "
        + HexId.text(from())
        + " to "
        + HexId.text(to());
  }

  /** A message of consensus. */
  record Consensus(Message message) implements PeerMessage {
    @Override
    public long from() {
      return message.from();
    }

    @Override
    public long to() {
      return message.to();
    }
  }
}
