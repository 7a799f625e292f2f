package dev.understudy.wal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns the values of consensus into the messages of {@code log.proto} and back, for the disk and
 * for the wire. Arrays of bytes are not copied on the way out: they are immutable by convention.
 */
public final class LogCodec {
  private static final int TERM_TAG = LogProto.Entry.TERM_FIELD_NUMBER << 3;
  private static final int INDEX_TAG = LogProto.Entry.INDEX_FIELD_NUMBER << 3;
  private static final int DATA_TAG = LogProto.Entry.DATA_FIELD_NUMBER << 3 | 2;

  private static final int STATE_TERM_TAG = LogProto.HardState.TERM_FIELD_NUMBER << 3;
  private static final int STATE_VOTE_TAG = LogProto.HardState.VOTE_FIELD_NUMBER << 3 | 1;
  private static final int STATE_COMMIT_TAG = LogProto.HardState.COMMIT_FIELD_NUMBER << 3;

  private LogCodec() {}

  /** An entry as a message. */
  public static LogProto.Entry toProto(Entry entry) {
    LogProto.Entry.Builder builder =
        LogProto.Entry.newBuilder().setTerm(entry.term()).setIndex(entry.index());
    if (entry.payload() instanceof Payload.Change change) {
      return builder.setChange(toProto(change.change())).build();
    }
    Payload.Normal normal = (Payload.Normal) entry.payload();
    return builder.setData(UnsafeByteOperations.unsafeWrap(normal.data())).build();
  }

  /**
   * The entry of a message.
   *
   * @throws InvalidProtocolBufferException when it has no payload, or one of a kind unknown here
   */
  public static Entry fromProto(LogProto.Entry message) throws InvalidProtocolBufferException {
    Payload payload =
        switch (message.getPayloadCase()) {
          case DATA -> normal(message.getData());
          case CHANGE -> new Payload.Change(fromProto(message.getChange()));
          case PAYLOAD_NOT_SET ->
              throw new InvalidProtocolBufferException(
                  "entry " + message.getIndex() + " has no payload that this version knows");
        };
    if (message.getIndex() <= 0) {
      throw new InvalidProtocolBufferException("an entry has index " + message.getIndex());
    }
    return new Entry(message.getTerm(), message.getIndex(), payload);
  }

  private static Payload normal(ByteString data) {
    return data.isEmpty() ? Payload.EMPTY : new Payload.Normal(data.toByteArray());
  }

  /** A change of the membership as a message. */
  public static LogProto.ConfChange toProto(ConfChange change) {
    LogProto.ConfChange.Builder builder =
        LogProto.ConfChange.newBuilder()
            .setTransition(
                switch (change.transition()) {
                  case AUTO -> LogProto.ConfChange.Transition.AUTO;
                  case JOINT_IMPLICIT -> LogProto.ConfChange.Transition.JOINT_IMPLICIT;
                  case JOINT_EXPLICIT -> LogProto.ConfChange.Transition.JOINT_EXPLICIT;
                })
            .setContext(UnsafeByteOperations.unsafeWrap(change.context()))
            .setSingleStepForm(change.singleStepForm());
    for (ConfChange.Step step : change.steps()) {
      builder.addSteps(toProto(step));
    }
    return builder.build();
  }

  private static LogProto.ConfChangeStep toProto(ConfChange.Step step) {
    return LogProto.ConfChangeStep.newBuilder()
        .setMember(step.member())
        .setType(
            switch (step.type()) {
              case ADD_VOTER -> LogProto.ConfChangeStep.Type.ADD_VOTER;
              case REMOVE -> LogProto.ConfChangeStep.Type.REMOVE;
              case UPDATE -> LogProto.ConfChangeStep.Type.UPDATE;
              case ADD_LEARNER -> LogProto.ConfChangeStep.Type.ADD_LEARNER;
            })
        .build();
  }

  /**
   * The change of the membership of a message.
   *
   * @throws InvalidProtocolBufferException when it requires something that is unknown here
   */
  public static ConfChange fromProto(LogProto.ConfChange message)
      throws InvalidProtocolBufferException {
    ConfChange.Transition transition =
        switch (message.getTransition()) {
          case AUTO -> ConfChange.Transition.AUTO;
          case JOINT_IMPLICIT -> ConfChange.Transition.JOINT_IMPLICIT;
          case JOINT_EXPLICIT -> ConfChange.Transition.JOINT_EXPLICIT;
          case UNRECOGNIZED -> throw unknown("transition", message.getTransitionValue());
        };
    ConfChange.Step[] steps = new ConfChange.Step[message.getStepsCount()];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = fromProto(message.getSteps(i));
    }
    return new ConfChange(
        transition,
        List.of(steps),
        message.getContext().toByteArray(),
        message.getSingleStepForm());
  }

  private static ConfChange.Step fromProto(LogProto.ConfChangeStep message)
      throws InvalidProtocolBufferException {
    ConfChange.StepType type =
        switch (message.getType()) {
          case ADD_VOTER -> ConfChange.StepType.ADD_VOTER;
          case REMOVE -> ConfChange.StepType.REMOVE;
          case UPDATE -> ConfChange.StepType.UPDATE;
          case ADD_LEARNER -> ConfChange.StepType.ADD_LEARNER;
          case UNRECOGNIZED -> throw unknown("step", message.getTypeValue());
        };
    return new ConfChange.Step(type, message.getMember());
  }

  private static InvalidProtocolBufferException unknown(String what, int value) {
    return new InvalidProtocolBufferException(
        "a change of the membership has the unknown " + what + " " + value);
  }

  /** A membership as a message. */
  public static LogProto.ConfState toProto(ConfState state) {
    return LogProto.ConfState.newBuilder()
        .addAllVoters(state.voters())
        .addAllLearners(state.learners())
        .addAllVotersOutgoing(state.votersOutgoing())
        .addAllLearnersNext(state.learnersNext())
        .setAutoLeave(state.autoLeave())
        .build();
  }

  /** The membership of a message. */
  public static ConfState fromProto(LogProto.ConfState message) {
    return new ConfState(
        message.getVotersList(),
        message.getLearnersList(),
        message.getVotersOutgoingList(),
        message.getLearnersNextList(),
        message.getAutoLeave());
  }

  /** A hard state as a message. */
  public static LogProto.HardState toProto(HardState state) {
    return LogProto.HardState.newBuilder()
        .setTerm(state.term())
        .setVote(state.vote())
        .setCommit(state.commit())
        .build();
  }

  /** The hard state of a message. */
  public static HardState fromProto(LogProto.HardState message) {
    return new HardState(message.getTerm(), message.getVote(), message.getCommit());
  }

  /** A snapshot's metadata as a message. */
  public static LogProto.SnapshotMetadata toProto(SnapshotMetadata metadata) {
    return LogProto.SnapshotMetadata.newBuilder()
        .setTerm(metadata.term())
        .setIndex(metadata.index())
        .setConfState(toProto(metadata.confState()))
        .build();
  }

  /** A snapshot's metadata of a message. */
  public static SnapshotMetadata fromProto(LogProto.SnapshotMetadata message) {
    return new SnapshotMetadata(
        message.getTerm(), message.getIndex(), fromProto(message.getConfState()));
  }

  /** The bytes that {@link #encodeNormal} will write. */
  static int normalBytes(Entry entry, byte[] data) {
    return varintFieldBytes(entry.term())
        + varintFieldBytes(entry.index())
        + 1
        + CodedOutputStream.computeUInt32SizeNoTag(data.length)
        + data.length;
  }

  /**
   * Writes the same bytes as {@code toProto(entry).writeTo(…)} for an entry that carries {@code
   * data}, but makes no object: nearly everything in a log is such an entry.
   */
  static void encodeNormal(Entry entry, byte[] data, ByteBuffer target) {
    putVarintField(target, TERM_TAG, entry.term());
    putVarintField(target, INDEX_TAG, entry.index());
    target.put((byte) DATA_TAG);
    putVarint(target, data.length);
    target.put(data);
  }

  /** The bytes that {@link #encodeHardState} will write. */
  static int hardStateBytes(HardState state) {
    return varintFieldBytes(state.term())
        + (state.vote() == 0 ? 0 : 1 + Long.BYTES)
        + varintFieldBytes(state.commit());
  }

  /** Writes the same bytes as {@code toProto(state).writeTo(…)}, but makes no object. */
  static void encodeHardState(HardState state, ByteBuffer target) {
    putVarintField(target, STATE_TERM_TAG, state.term());
    if (state.vote() != 0) {
      target.put((byte) STATE_VOTE_TAG);
      target.putLong(Long.reverseBytes(state.vote()));
    }
    putVarintField(target, STATE_COMMIT_TAG, state.commit());
  }

  private static int varintFieldBytes(long value) {
    return value == 0 ? 0 : 1 + CodedOutputStream.computeUInt64SizeNoTag(value);
  }

  private static void putVarintField(ByteBuffer target, int tag, long value) {
    if (value != 0) {
      target.put((byte) tag);
      putVarint(target, value);
    }
  }

  private static void putVarint(ByteBuffer target, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      target.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }
}
