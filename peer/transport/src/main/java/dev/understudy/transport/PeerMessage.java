package dev.understudy.transport;

import dev.understudy.raft.Message;

/** What travels on a stream: a message of consensus, or what drivers tell each other beside it. */
sealed interface PeerMessage permits PeerMessage.Consensus, RejectedProposals {
  /** The member that it is for. */
  long to();

  /** A message of consensus. */
  record Consensus(Message message) implements PeerMessage {
    @Override
    public long to() {
      return message.to();
    }
  }
}
