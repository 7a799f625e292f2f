package dev.understudy.transport;

import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a frame that arrived to the receiver, whichever side opened the stream. */
final class Inbound {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

  private final long self;
  private final MessageCodec codec;
  private final Traffic traffic;
  private final PeerReceiver receiver;

  Inbound(long self, MessageCodec codec, Traffic traffic, PeerReceiver receiver) {
    this.self = self;
    this.codec = codec;
    this.traffic = traffic;
    this.receiver = receiver;
  }

  void frame(PeerStream stream, ByteBuffer frame) throws MalformedMessageException {
    int bytes = frame.remaining();
    List<PeerMessage> parcels = codec.decode(frame);
    traffic.received(parcels.size(), bytes);
    for (PeerMessage parcel : parcels) {
      // The sender is not compared with the stream's: forwarded requests name whom they are for.
      if (parcel.to() == self) {
        deliver(parcel);
      } else {
        LOG.debug(
            "a message for member {} came to {} from {}",
            Long.toHexString(parcel.to()),
            Long.toHexString(self),
            Long.toHexString(stream.member()));
      }
    }
  }

  private void deliver(PeerMessage parcel) {
    if (parcel instanceof RejectedProposals refusal) {
      receiver.refused(refusal);
    } else if (parcel instanceof ForwardedProposals proposals) {
      receiver.forwarded(proposals);
    } else {
      receiver.message(((PeerMessage.Consensus) parcel).message());
    }
  }
}
