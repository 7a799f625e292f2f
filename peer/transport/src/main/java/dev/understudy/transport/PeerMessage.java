package dev.understudy.transport;

import dev.understudy.raft.Message;
import java.util.function.LongFunction;

/** What travels on a stream: a message of consensus, or what drivers send each other beside it. */
sealed interface PeerMessage permits PeerMessage.Consensus, ForwardedProposals, RejectedProposals {
  /** The member that it is of. */
  long from();

  /** The member that it is for. */
  long to();

  /**
   * What it is, without what it carries, for a line of the log.
   *
   * @param nameOf what a member is called there
   */
  default String text(LongFunction<String> nameOf) {
    Object message = this instanceof Consensus consensus ? consensus.message() : this;
    return message.getClass().getSimpleName()
        + " from "
        + nameOf.apply(from())
        + " to "
        + nameOf.apply(to());
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
