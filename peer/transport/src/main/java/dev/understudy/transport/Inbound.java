package dev.understudy.transport;

import dev.understudy.raft.Message;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a frame that arrived to the receiver, whichever side opened the stream. */
final class Inbound {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

  private final long self;
  private final MessageCodec codec;
  private final Traffic traffic;
  private final PeerReceiver receiver;
  private final LongPredicate isKnown;
  private final LogThrottle impostors;

  /**
   * @param isKnown whether a member may pass on what is others'
   */
  Inbound(
      long self,
      MessageCodec codec,
      Traffic traffic,
      PeerReceiver receiver,
      LongPredicate isKnown,
      LongSupplier nanoClock) {
    this.impostors = new LogThrottle(nanoClock);
    this.self = self;
    this.codec = codec;
    this.traffic = traffic;
    this.receiver = receiver;
    this.isKnown = isKnown;
  }

  void frame(PeerStream stream, ByteBuffer frame) throws MalformedMessageException {
    int bytes = frame.remaining();
    List<PeerMessage> messages = codec.decode(frame);
    traffic.received(messages.size(), bytes);
    for (PeerMessage message : messages) {
      if (message.to() == self) {
        if (speaksForItself(message, stream.member())) {
          deliver(message);
        } else {
          reportImpostor(message, stream);
        }
      } else {
        LOG.debug(
            "a message for member {} came to {} from {}",
            receiver.nameOf(message.to()),
            receiver.nameOf(self),
            receiver.nameOf(stream.member()));
      }
    }
  }

  /**
   * A message is of the member whose stream it comes on. Only the requests that members pass on to
   * the leader name somebody else, for whom they are; strangers pass nothing on, and are nobody to
   * whom leadership could be handed. And nothing that is of this member itself ever comes from
   * outside.
   */
  private boolean speaksForItself(PeerMessage message, long sender) {
    return message.from() != self
        && (message.from() == sender || isPassedOn(message) && isKnown.test(sender));
  }

  private static boolean isPassedOn(PeerMessage message) {
    return message instanceof PeerMessage.Consensus consensus
        && (consensus.message() instanceof Message.ReadIndexRequest
            || consensus.message() instanceof Message.TransferLeader);
  }

  private void reportImpostor(PeerMessage message, PeerStream stream) {
    impostors
        .missed()
        .ifPresent(
            notice ->
                LOG.warn(
                    "member {}: dropped a message in the name of {} that came from {} ({} since the"
                        + " last line)",
                    receiver.nameOf(self),
                    receiver.nameOf(message.from()),
                    receiver.nameOf(stream.member()),
                    notice.missed()));
  }

  private void deliver(PeerMessage message) {
    if (LOG.isTraceEnabled()) {
      LOG.trace("received {}", message.text(receiver::nameOf));
    }
    if (message instanceof RejectedProposals refusal) {
      receiver.refused(refusal);
    } else if (message instanceof ForwardedProposals proposals) {
      receiver.forwarded(proposals);
    } else {
      receiver.message(((PeerMessage.Consensus) message).message());
    }
  }
}
