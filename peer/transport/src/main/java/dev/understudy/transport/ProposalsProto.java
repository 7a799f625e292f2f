package dev.understudy.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.raft.Entry;
import dev.understudy.raft.Payload;
import dev.understudy.transport.proto.TransportProto;
import dev.understudy.wal.LogCodec;
import dev.understudy.wal.proto.LogProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Proposals that drivers pass on, and their refusals, as {@code understudy/transport.proto} has
 * them.
 */
final class ProposalsProto {
  private ProposalsProto() {}

  static TransportProto.PeerMessage toProto(ForwardedProposals forwarded) {
    TransportProto.Propose.Builder proposals = TransportProto.Propose.newBuilder();
    long place = 1;
    for (Payload payload : forwarded.payloads()) {
      proposals.addPayloads(LogCodec.toProto(new Entry(0, place++, payload)));
    }
    return TransportProto.PeerMessage.newBuilder()
        .setFrom(forwarded.from())
        .setTo(forwarded.to())
        .setTerm(forwarded.term())
        .setPropose(proposals)
        .build();
  }

  static TransportProto.PeerMessage toProto(RejectedProposals refusal) {
    return TransportProto.PeerMessage.newBuilder()
        .setFrom(refusal.from())
        .setTo(refusal.to())
        .setTerm(refusal.term())
        .setRejectedProposals(
            TransportProto.RejectedProposals.newBuilder()
                .setReason(
                    switch (refusal.reason()) {
                      case NO_SPACE -> TransportProto.RejectedProposals.Reason.NO_SPACE;
                      case INVALID -> TransportProto.RejectedProposals.Reason.INVALID;
                      case QUOTA -> TransportProto.RejectedProposals.Reason.QUOTA;
                      case NO_MEMORY -> TransportProto.RejectedProposals.Reason.NO_MEMORY;
                      case OVERLOADED -> TransportProto.RejectedProposals.Reason.OVERLOADED;
                      case NOT_LEADING -> TransportProto.RejectedProposals.Reason.NOT_LEADING;
                    })
                .setProposer(refusal.proposer())
                .addAllSequences(refusal.sequences()))
        .build();
  }

  /** Empty for a reason that this version does not know: what it asks of us, we do not know. */
  static Optional<RejectedProposals> refusal(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    MessageCodec.checkNamed(proto);
    TransportProto.RejectedProposals body = proto.getRejectedProposals();
    return reason(body.getReason())
        .map(
            reason ->
                new RejectedProposals(
                    proto.getFrom(),
                    proto.getTo(),
                    proto.getTerm(),
                    reason,
                    body.getProposer(),
                    body.getSequencesList()));
  }

  private static Optional<RejectedProposals.Reason> reason(
      TransportProto.RejectedProposals.Reason reason) {
    return switch (reason) {
      case NO_SPACE -> Optional.of(RejectedProposals.Reason.NO_SPACE);
      case INVALID -> Optional.of(RejectedProposals.Reason.INVALID);
      case QUOTA -> Optional.of(RejectedProposals.Reason.QUOTA);
      case NO_MEMORY -> Optional.of(RejectedProposals.Reason.NO_MEMORY);
      case OVERLOADED -> Optional.of(RejectedProposals.Reason.OVERLOADED);
      case NOT_LEADING -> Optional.of(RejectedProposals.Reason.NOT_LEADING);
      case UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  static ForwardedProposals forwarded(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    MessageCodec.checkNamed(proto);
    List<Payload> payloads = new ArrayList<>(proto.getPropose().getPayloadsCount());
    try {
      for (LogProto.Entry entry : proto.getPropose().getPayloadsList()) {
        payloads.add(LogCodec.fromProto(entry).payload());
      }
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
    return new ForwardedProposals(proto.getFrom(), proto.getTo(), proto.getTerm(), payloads);
  }
}
