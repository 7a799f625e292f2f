package dev.understudy.wal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.util.ArrayList;
import java.util.List;

/**
 * The first record of a segment: whose log it is, how the segment continues the one before, and the
 * state that would be lost when that one is deleted.
 *
 * @param identity whose log it is
 * @param name sequence and first index
 * @param previousTerm the term of the entry before the first index; 0 where there is none
 * @param previousEnd where the records of the segment before end, in bytes; 0 in the first
 * @param hardState as of the beginning
 * @param snapshots the newest markers as of the beginning, oldest first
 */
record SegmentHeader(
    WalIdentity identity,
    SegmentName name,
    long previousTerm,
    long previousEnd,
    HardState hardState,
    List<SnapshotMetadata> snapshots) {
  /** The format that this program writes and the newest that it reads. */
  static final int FORMAT_VERSION = 1;

  LogProto.SegmentHeader toProto() {
    LogProto.SegmentHeader.Builder builder =
        LogProto.SegmentHeader.newBuilder()
            .setFormatVersion(FORMAT_VERSION)
            .setClusterId(identity.clusterId())
            .setMemberId(identity.memberId())
            .setSequence(name.sequence())
            .setFirstIndex(name.firstIndex())
            .setPreviousTerm(previousTerm)
            .setPreviousEnd(previousEnd)
            .setHardState(LogCodec.toProto(hardState));
    snapshots.forEach(snapshot -> builder.addSnapshots(LogCodec.toProto(snapshot)));
    return builder.build();
  }

  static SegmentHeader fromProto(LogProto.SegmentHeader message)
      throws InvalidProtocolBufferException {
    if (message.getClusterId() == 0 || message.getMemberId() == 0) {
      throw new InvalidProtocolBufferException("the header names no cluster or no member");
    }
    List<SnapshotMetadata> snapshots = new ArrayList<>();
    message.getSnapshotsList().forEach(each -> snapshots.add(LogCodec.fromProto(each)));
    return new SegmentHeader(
        new WalIdentity(message.getClusterId(), message.getMemberId()),
        new SegmentName(message.getSequence(), message.getFirstIndex()),
        message.getPreviousTerm(),
        message.getPreviousEnd(),
        LogCodec.fromProto(message.getHardState()),
        List.copyOf(snapshots));
  }
}
