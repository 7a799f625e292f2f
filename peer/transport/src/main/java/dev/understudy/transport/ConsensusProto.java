package dev.understudy.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Snapshot;
import dev.understudy.transport.proto.TransportProto;
import dev.understudy.wal.LogCodec;
import dev.understudy.wal.proto.LogProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Each kind of message of consensus, as {@code understudy/transport.proto} has it. */
final class ConsensusProto {
  private ConsensusProto() {}

  /**
   * One branch for each kind of message but the core's own {@link Message.Propose}, which no peer
   * sends. The compiler of Java 17 does not check that none is missing, so a test does.
   */
  static TransportProto.PeerMessage toProto(Message message) {
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

  static Optional<Message> fromProto(TransportProto.PeerMessage proto)
      throws MalformedMessageException {
    long from = proto.getFrom();
    long to = proto.getTo();
    long term = proto.getTerm();
    MessageCodec.checkNamed(proto);
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
}
