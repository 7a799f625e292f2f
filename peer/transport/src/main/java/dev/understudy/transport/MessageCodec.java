package dev.understudy.transport;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.Snapshot;
import dev.understudy.transport.proto.TransportProto;
import dev.understudy.wal.LogCodec;
import dev.understudy.wal.proto.LogProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Messages of consensus, and what drivers send each other beside them, as bytes; the format is
 * {@code understudy/transport.proto}.
 *
 * <p>What comes in is untrusted: whatever cannot be a message ends in a {@link
 * MalformedMessageException}, never in an unchecked exception, and a length is believed only up to
 * a limit. Stateless; safe for several threads.
 */
final class MessageCodec {
  /** What a message costs beside its entries, about, so that empty ones count as well. */
  private static final int MESSAGE_OVERHEAD_BYTES = 64;

  /** An install-snapshot message carries a membership and a few bytes more. */
  static final int MAX_SNAPSHOT_HEAD_BYTES = 1 << 20;

  /** Names nobody: the shape of a message is checked before it is given to anybody. */
  private static final long NOBODY = 0;

  /** The size of a message to count against limits; cheap, and not below the truth by much. */
  int approximateBytes(PeerMessage parcel) {
    if (parcel instanceof RejectedProposals refusal) {
      return MESSAGE_OVERHEAD_BYTES + Long.BYTES * refusal.sequences().size();
    }
    if (parcel instanceof ForwardedProposals forwarded) {
      int bytes = MESSAGE_OVERHEAD_BYTES;
      for (Payload payload : forwarded.payloads()) {
        bytes += MESSAGE_OVERHEAD_BYTES + payload.sizeBytes();
      }
      return bytes;
    }
    return approximateBytes(((PeerMessage.Consensus) parcel).message());
  }

  private static int approximateBytes(Message message) {
    int bytes = MESSAGE_OVERHEAD_BYTES;
    if (message instanceof Message.Append append) {
      for (Entry entry : append.entries()) {
        bytes += entry.sizeBytes();
      }
    }
    return bytes;
  }

  /** Encodes messages as one frame. */
  ByteBuffer encode(List<PeerMessage> parcels) {
    TransportProto.Frame.Builder frame = TransportProto.Frame.newBuilder();
    for (PeerMessage parcel : parcels) {
      frame.addMessages(toProto(parcel));
    }
    TransportProto.Frame built = frame.build();
    byte[] bytes = new byte[built.getSerializedSize()];
    try {
      built.writeTo(CodedOutputStream.newInstance(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no room for what it was made for", e);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static TransportProto.PeerMessage toProto(PeerMessage parcel) {
    if (parcel instanceof RejectedProposals refusal) {
      return toProto(refusal);
    }
    return parcel instanceof ForwardedProposals forwarded
        ? toProto(forwarded)
        : toProto(((PeerMessage.Consensus) parcel).message());
  }

  /** Decodes a frame. Messages of a kind that this version does not know are left out. */
  List<PeerMessage> decode(ByteBuffer frame) throws MalformedMessageException {
    TransportProto.Frame parsed;
    try {
      parsed = TransportProto.Frame.parseFrom(CodedInputStream.newInstance(frame));
    } catch (IOException e) {
      throw new MalformedMessageException("a frame that is no frame: " + e.getMessage(), e);
    }
    List<PeerMessage> parcels = new ArrayList<>(parsed.getMessagesCount());
    for (TransportProto.PeerMessage message : parsed.getMessagesList()) {
      if (message.hasRejectedProposals()) {
        refusal(message).ifPresent(parcels::add);
      } else if (message.hasPropose()) {
        parcels.add(forwarded(message));
      } else if (message.hasInstallSnapshot()) {
        // It travels at the head of the snapshot's bytes, without which it would only do harm.
        throw new MalformedMessageException("a snapshot's head in a frame");
      } else {
        fromProto(message).map(PeerMessage.Consensus::new).ifPresent(parcels::add);
      }
    }
    return parcels;
  }

  /** The head of a transfer of a snapshot: the message, its length before it. */
  byte[] encodeSnapshotHead(Message.InstallSnapshot message) {
    TransportProto.PeerMessage proto = toProto(message);
    int size = proto.getSerializedSize();
    byte[] bytes = new byte[CodedOutputStream.computeUInt32SizeNoTag(size) + size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32NoTag(size);
      proto.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array has no room for what it was made for", e);
    }
    return bytes;
  }

  /** Reads the head of a transfer of a snapshot, and not a byte more. */
  Message.InstallSnapshot readSnapshotHead(InputStream in)
      throws IOException, MalformedMessageException {
    int first = in.read();
    if (first < 0) {
      throw new MalformedMessageException("a transfer without anything in it");
    }
    Optional<Message> message;
    try {
      int size = CodedInputStream.readRawVarint32(first, in);
      if (size < 0 || size > MAX_SNAPSHOT_HEAD_BYTES) {
        throw new MalformedMessageException(
            "the head of a snapshot cannot have " + size + " bytes");
      }
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < size) {
        throw new MalformedMessageException("the head of a snapshot is cut off");
      }
      message = fromProto(TransportProto.PeerMessage.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("the head of a snapshot is none: " + e.getMessage(), e);
    }
    if (message.isPresent() && message.get() instanceof Message.InstallSnapshot install) {
      return install;
    }
    throw new MalformedMessageException("a transfer must begin with an install-snapshot message");
  }

  /**
   * One branch for each kind of message but the core's own {@link Message.Propose}, which no peer
   * sends. The compiler of Java 17 does not check that none is missing, so a test does.
   */
  private static TransportProto.PeerMessage toProto(Message message) {
    TransportProto.PeerMessage.Builder proto =
        TransportProto.PeerMessage.newBuilder()
            .setFrom(message.from())
            .setTo(message.to())
            .setTerm(message.term());
    if (message instanceof Message.Append m) {
      proto.setAppend(append(m));
    } else if (message instanceof Message.AppendResponse m) {
      proto.setAppendResponse(
          TransportProto.AppendResponse.newBuilder()
              .setIndex(m.index())
              .setRejected(m.rejected())
              .setHintIndex(m.hintIndex())
              .setHintTerm(m.hintTerm()));
    } else if (message instanceof Message.Heartbeat m) {
      proto.setHeartbeat(
          TransportProto.Heartbeat.newBuilder().setCommit(m.commit()).setContext(m.context()));
    } else if (message instanceof Message.HeartbeatResponse m) {
      proto.setHeartbeatResponse(
          TransportProto.HeartbeatResponse.newBuilder().setContext(m.context()));
    } else if (message instanceof Message.ReadIndexRequest m) {
      proto.setReadIndexRequest(
          TransportProto.ReadIndexRequest.newBuilder().setContext(m.context()));
    } else if (message instanceof Message.ReadIndexResponse m) {
      proto.setReadIndexResponse(
          TransportProto.ReadIndexResponse.newBuilder()
              .setIndex(m.index())
              .setContext(m.context()));
    } else if (message instanceof Message.VoteRequest m) {
      proto.setVoteRequest(
          TransportProto.VoteRequest.newBuilder()
              .setLastTerm(m.lastTerm())
              .setLastIndex(m.lastIndex())
              .setTransfer(m.transfer()));
    } else if (message instanceof Message.PreVoteRequest m) {
      proto.setPreVoteRequest(
          TransportProto.PreVoteRequest.newBuilder()
              .setLastTerm(m.lastTerm())
              .setLastIndex(m.lastIndex()));
    } else if (message instanceof Message.VoteResponse m) {
      proto.setVoteResponse(voteResponse(m));
    } else if (message instanceof Message.PreVoteResponse m) {
      proto.setPreVoteResponse(TransportProto.PreVoteResponse.newBuilder().setGranted(m.granted()));
    } else if (message instanceof Message.InstallSnapshot m) {
      proto.setInstallSnapshot(
          TransportProto.InstallSnapshot.newBuilder()
              .setMetadata(LogCodec.toProto(m.snapshot().metadata()))
              .setData(UnsafeByteOperations.unsafeWrap(m.snapshot().data())));
    } else if (message instanceof Message.TransferLeader) {
      proto.setTransferLeader(TransportProto.TransferLeader.getDefaultInstance());
    } else if (message instanceof Message.TimeoutNow) {
      proto.setTimeoutNow(TransportProto.TimeoutNow.getDefaultInstance());
    } else {
      throw new IllegalStateException("no encoding for " + message.getClass());
    }
    return proto.build();
  }

  private static TransportProto.Append append(Message.Append message) {
    TransportProto.Append.Builder proto =
        TransportProto.Append.newBuilder()
            .setPrevTerm(message.prev().term())
            .setPrevIndex(message.prev().index())
            .setCommit(message.commit());
    for (Entry entry : message.entries()) {
      proto.addEntries(LogCodec.toProto(entry));
    }
    return proto.build();
  }

  private static TransportProto.VoteResponse voteResponse(Message.VoteResponse message) {
    TransportProto.VoteResponse.Builder proto =
        TransportProto.VoteResponse.newBuilder().setGranted(message.granted());
    message
        .lastEntry()
        .ifPresent(
            last ->
                proto.setLastEntry(
                    TransportProto.LogPosition.newBuilder()
                        .setTerm(last.term())
                        .setIndex(last.index())));
    return proto.build();
  }

  private static Message.VoteResponse voteResponse(
      long from, long to, long term, TransportProto.VoteResponse proto) {
    Optional<EntryId> lastEntry =
        proto.hasLastEntry()
            ? Optional.of(
                new EntryId(proto.getLastEntry().getTerm(), proto.getLastEntry().getIndex()))
            : Optional.empty();
    return new Message.VoteResponse(from, to, term, proto.getGranted(), lastEntry);
  }

  private static TransportProto.PeerMessage toProto(ForwardedProposals forwarded) {
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

  private static TransportProto.PeerMessage toProto(RejectedProposals refusal) {
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
  private static Optional<RejectedProposals> refusal(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    checkNamed(proto);
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

  private static void checkNamed(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    if (proto.getFrom() == NOBODY || proto.getTo() == NOBODY) {
      throw new MalformedMessageException("a message from or for nobody");
    }
  }

  private static Optional<Message> fromProto(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    long from = proto.getFrom();
    long to = proto.getTo();
    long term = proto.getTerm();
    checkNamed(proto);
    try {
      return Optional.ofNullable(
          switch (proto.getBodyCase()) {
            case APPEND -> append(from, to, term, proto.getAppend());
            case APPEND_RESPONSE -> {
              TransportProto.AppendResponse m = proto.getAppendResponse();
              yield new Message.AppendResponse(
                  from, to, term, m.getIndex(), m.getRejected(), m.getHintIndex(), m.getHintTerm());
            }
            case VOTE_REQUEST -> {
              TransportProto.VoteRequest m = proto.getVoteRequest();
              yield new Message.VoteRequest(
                  from, to, term, m.getLastTerm(), m.getLastIndex(), m.getTransfer());
            }
            case PRE_VOTE_REQUEST -> {
              TransportProto.PreVoteRequest m = proto.getPreVoteRequest();
              yield new Message.PreVoteRequest(from, to, term, m.getLastTerm(), m.getLastIndex());
            }
            case VOTE_RESPONSE -> voteResponse(from, to, term, proto.getVoteResponse());
            case PRE_VOTE_RESPONSE ->
                new Message.PreVoteResponse(
                    from, to, term, proto.getPreVoteResponse().getGranted());
            case HEARTBEAT -> {
              TransportProto.Heartbeat m = proto.getHeartbeat();
              yield new Message.Heartbeat(from, to, term, m.getCommit(), m.getContext());
            }
            case HEARTBEAT_RESPONSE ->
                new Message.HeartbeatResponse(
                    from, to, term, proto.getHeartbeatResponse().getContext());
            case INSTALL_SNAPSHOT -> {
              TransportProto.InstallSnapshot m = proto.getInstallSnapshot();
              yield new Message.InstallSnapshot(
                  from,
                  to,
                  term,
                  new Snapshot(LogCodec.fromProto(m.getMetadata()), m.getData().toByteArray()));
            }
            case READ_INDEX_REQUEST ->
                new Message.ReadIndexRequest(
                    from, to, term, proto.getReadIndexRequest().getContext());
            case READ_INDEX_RESPONSE -> {
              TransportProto.ReadIndexResponse m = proto.getReadIndexResponse();
              yield new Message.ReadIndexResponse(from, to, term, m.getIndex(), m.getContext());
            }
            case TRANSFER_LEADER -> new Message.TransferLeader(from, to, term);
            case TIMEOUT_NOW -> new Message.TimeoutNow(from, to, term);
            case PROPOSE, REJECTED_PROPOSALS, BODY_NOT_SET -> null;
          });
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  private static Message append(long from, long to, long term, TransportProto.Append proto)
      throws InvalidProtocolBufferException, MalformedMessageException {
    List<Entry> entries = new ArrayList<>(proto.getEntriesCount());
    long expected = proto.getPrevIndex();
    for (LogProto.Entry entry : proto.getEntriesList()) {
      expected++;
      if (entry.getIndex() != expected) {
        throw new MalformedMessageException(
            "entry " + entry.getIndex() + " stands where " + expected + " should");
      }
      entries.add(LogCodec.fromProto(entry));
    }
    return new Message.Append(
        from,
        to,
        term,
        new LogSlice(
            new EntryId(proto.getPrevTerm(), proto.getPrevIndex()),
            Collections.unmodifiableList(entries)),
        proto.getCommit());
  }

  private static ForwardedProposals forwarded(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    checkNamed(proto);
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
