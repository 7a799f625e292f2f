package dev.understudy.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.Payload;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LogCodecTest {
  @Provide
  Arbitrary<ConfChange> changes() {
    Arbitrary<ConfChange.Step> step =
        Combinators.combine(Arbitraries.of(ConfChange.StepType.class), Arbitraries.longs())
            .as(ConfChange.Step::new);
    return Combinators.combine(
            Arbitraries.of(ConfChange.Transition.class),
            step.list().ofMaxSize(5),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(50),
            Arbitraries.of(true, false))
        .as(ConfChange::new);
  }

  @Provide
  Arbitrary<Entry> entries() {
    Arbitrary<Payload> normal =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Payload.Normal::new);
    Arbitrary<Payload> change = changes().map(Payload.Change::new);
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.longs().between(1, Long.MAX_VALUE),
            Arbitraries.oneOf(normal, change))
        .as(Entry::new);
  }

  @Provide
  Arbitrary<ConfState> confStates() {
    Arbitrary<List<Long>> ids = Arbitraries.longs().list().ofMaxSize(5);
    return Combinators.combine(ids, ids, ids, ids, Arbitraries.of(true, false)).as(ConfState::new);
  }

  @Property(tries = 300)
  void anEntryComesBackAsItWas(@ForAll("entries") Entry entry) throws Exception {
    byte[] bytes = LogCodec.toProto(entry).toByteArray();
    assertThat(LogCodec.fromProto(LogProto.Entry.parseFrom(bytes))).isEqualTo(entry);
  }

  @Property(tries = 300)
  void theShortWayWritesWhatTheGeneratedCodeWrites(@ForAll("entries") Entry entry) {
    if (entry.payload() instanceof Payload.Normal normal) {
      ByteBuffer target = ByteBuffer.allocate(LogCodec.normalBytes(entry, normal.data()));
      LogCodec.encodeNormal(entry, normal.data(), target);
      assertThat(target.array()).isEqualTo(LogCodec.toProto(entry).toByteArray());
    }
  }

  @Property(tries = 300)
  void aChangeOfTheMembershipComesBackAsItWas(@ForAll("changes") ConfChange change)
      throws Exception {
    byte[] bytes = LogCodec.toProto(change).toByteArray();
    assertThat(LogCodec.fromProto(LogProto.ConfChange.parseFrom(bytes))).isEqualTo(change);
  }

  @Property(tries = 300)
  void aHardStateComesBackAsItWas(@ForAll long term, @ForAll long vote, @ForAll long commit)
      throws Exception {
    HardState state = new HardState(term, vote, commit);
    byte[] bytes = LogCodec.toProto(state).toByteArray();
    assertThat(LogCodec.fromProto(LogProto.HardState.parseFrom(bytes))).isEqualTo(state);
  }

  @Property(tries = 300)
  void theShortWayIsTheSameForHardStates(
      @ForAll long term, @ForAll long vote, @ForAll long commit) {
    HardState state = new HardState(term, vote, commit);
    ByteBuffer target = ByteBuffer.allocate(LogCodec.hardStateBytes(state));
    LogCodec.encodeHardState(state, target);
    assertThat(target.array()).isEqualTo(LogCodec.toProto(state).toByteArray());
  }

  @Property(tries = 300)
  void snapshotMetadataComeBackAsTheyWere(
      @ForAll long term, @ForAll long index, @ForAll("confStates") ConfState state)
      throws Exception {
    SnapshotMetadata metadata = new SnapshotMetadata(term, index, state);
    byte[] bytes = LogCodec.toProto(metadata).toByteArray();
    assertThat(LogCodec.fromProto(LogProto.SnapshotMetadata.parseFrom(bytes))).isEqualTo(metadata);
  }

  @Example
  void whatAnOlderProgramCannotKnowIsRefused() {
    LogProto.Entry noPayload = LogProto.Entry.newBuilder().setTerm(1).setIndex(1).build();
    assertThatThrownBy(() -> LogCodec.fromProto(noPayload))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("no payload");

    LogProto.ConfChange oddStep =
        LogProto.ConfChange.newBuilder()
            .addSteps(LogProto.ConfChangeStep.newBuilder().setTypeValue(99))
            .build();
    assertThatThrownBy(() -> LogCodec.fromProto(oddStep))
        .isInstanceOf(InvalidProtocolBufferException.class)
        .hasMessageContaining("unknown step 99");
  }
}
