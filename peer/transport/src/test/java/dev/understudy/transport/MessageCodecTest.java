package dev.understudy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.Entry;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.transport.proto.TransportProto;
import dev.understudy.wal.proto.LogProto;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessageCodecTest {
  private static final long BIG = 0xFEDC_BA98_7654_3210L;
  private static final Payload CHANGE =
      new Payload.Change(
          ConfChange.of(
              new byte[] {1, 2},
              new ConfChange.Step(ConfChange.StepType.ADD_LEARNER, BIG),
              new ConfChange.Step(ConfChange.StepType.REMOVE, 4)));
  static final Message.InstallSnapshot SNAPSHOT =
      new Message.InstallSnapshot(
          BIG,
          2,
          9,
          new Snapshot(
              new SnapshotMetadata(
                  8,
                  1_000_000,
                  new ConfState(List.of(1L, 2L), List.of(BIG), List.of(3L), List.of(3L), true)),
              new byte[] {5}));

  /** One of each kind at least, with extreme values. */
  private static final List<Message> MESSAGES =
      List.of(
          new Message.Append(
              1,
              2,
              3,
              new LogSlice(
                  new EntryId(4, 5),
                  List.of(
                      new Entry(4, 6, Payload.EMPTY),
                      new Entry(4, 7, new Payload.Normal(new byte[300])),
                      new Entry(5, 8, CHANGE))),
              6),
          new Message.Append(1, BIG, 3, new LogSlice(EntryId.ZERO, List.of()), 0),
          new Message.AppendResponse(1, 2, 3, 4, false, 0, 0),
          new Message.AppendResponse(1, 2, 3, 4, true, 5, 6),
          new Message.VoteRequest(1, 2, 3, 4, 5, true),
          new Message.PreVoteRequest(1, 2, 3, 4, 5),
          new Message.VoteResponse(1, 2, Message.TERM_DENIED, false),
          new Message.VoteResponse(1, 2, 3, true),
          new Message.VoteResponse(1, 2, 3, true, Optional.of(EntryId.ZERO)),
          new Message.VoteResponse(1, 2, 3, true, Optional.of(new EntryId(4, BIG))),
          new Message.PreVoteResponse(BIG, 2, 3, true),
          new Message.Heartbeat(1, 2, 3, 4, -1),
          new Message.HeartbeatResponse(1, 2, 3, Long.MIN_VALUE),
          new Message.ReadIndexRequest(1, 2, 0, BIG),
          new Message.ReadIndexResponse(1, 2, 3, 4, BIG),
          new Message.TransferLeader(1, 2, 3),
          new Message.TimeoutNow(1, 2, 3));

  private static final RejectedProposals REFUSAL =
      new RejectedProposals(
          1, 2, BIG, RejectedProposals.Reason.NO_SPACE, BIG, List.of(1L, 2L, BIG));

  private static final ForwardedProposals FORWARDED =
      new ForwardedProposals(1, 2, BIG, List.of(new Payload.Normal(new byte[] {7}), CHANGE));

  static final List<PeerMessage> ALL_KINDS =
      Stream.concat(
              MESSAGES.stream().<PeerMessage>map(PeerMessage.Consensus::new),
              Stream.of(FORWARDED, REFUSAL))
          .toList();

  /**
   * A frame as releases wrote it in which consensus forwarded proposals: member BIG to 2, term 7.
   */
  private static final byte[] FORWARDED_BY_AN_OLDER_PEER =
      HexFormat.of()
          .parseHex("0a24091032547698badcfe11020000000000000018076a0e0a0610011a0207080a0410021a00");

  /** Drivers send {@link ForwardedProposals}, and snapshots travel in transfers of their own. */
  private static final Set<Class<?>> NEVER_ON_THE_WIRE =
      Set.of(Message.Propose.class, Message.InstallSnapshot.class);

  private final MessageCodec codec = new MessageCodec();

  @Test
  void everyKindOfMessageComesBackAsItWas() throws Exception {
    assertThat(codec.decode(codec.encode(ALL_KINDS))).isEqualTo(ALL_KINDS);
  }

  @Test
  void aSnapshotsHeadIsMalformedInAFrame() {
    ByteBuffer frame = codec.encode(List.of(new PeerMessage.Consensus(SNAPSHOT)));
    assertThatThrownBy(() -> codec.decode(frame)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void olderAndNewerPeersForwardProposalsToEachOtherInTheSameBytes() throws Exception {
    ForwardedProposals forwarded =
        new ForwardedProposals(
            BIG, 2, 7, List.of(new Payload.Normal(new byte[] {7, 8}), Payload.EMPTY));
    assertThat(codec.encode(List.of(forwarded)))
        .isEqualTo(ByteBuffer.wrap(FORWARDED_BY_AN_OLDER_PEER));
    assertThat(codec.decode(ByteBuffer.wrap(FORWARDED_BY_AN_OLDER_PEER)))
        .containsExactly(forwarded);
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonOfARefusalComesBackAsItWas(RejectedProposals.Reason reason) throws Exception {
    RejectedProposals refusal = new RejectedProposals(1, 2, 3, reason, 4, List.of(5L));
    assertThat(codec.decode(codec.encode(List.of(refusal)))).containsExactly(refusal);
  }

  @Test
  void aRefusalForAnUnknownReasonIsLeftOut() throws Exception {
    TransportProto.Frame frame =
        TransportProto.Frame.newBuilder()
            .addMessages(
                TransportProto.PeerMessage.newBuilder()
                    .setFrom(1)
                    .setTo(2)
                    .setRejectedProposals(
                        TransportProto.RejectedProposals.newBuilder().setReasonValue(99)))
            .build();
    assertThat(codec.decode(ByteBuffer.wrap(frame.toByteArray()))).isEmpty();
  }

  @Test
  void noKindOfMessageIsForgotten() {
    Set<Class<?>> kinds = new HashSet<>();
    collectKinds(Message.class, kinds);
    kinds.removeAll(NEVER_ON_THE_WIRE);
    assertThat(MESSAGES.stream().map(Object::getClass).toList()).containsAll(kinds);
  }

  private static void collectKinds(Class<?> type, Set<Class<?>> kinds) {
    if (type.isSealed()) {
      Arrays.stream(type.getPermittedSubclasses()).forEach(kind -> collectKinds(kind, kinds));
    } else {
      kinds.add(type);
    }
  }

  @Test
  void theHeadOfASnapshotIsReadToItsEndAndNoFurther() throws Exception {
    byte[] head = codec.encodeSnapshotHead(SNAPSHOT);
    byte[] withMore = Arrays.copyOf(head, head.length + 3);
    ByteArrayInputStream in = new ByteArrayInputStream(withMore);
    assertThat(codec.readSnapshotHead(in)).isEqualTo(SNAPSHOT);
    assertThat(in.available()).isEqualTo(3);
  }

  @Test
  void aHeadThatIsTooLongOrCutOffIsRefused() {
    byte[] head = codec.encodeSnapshotHead(SNAPSHOT);
    for (int length = 0; length < head.length; length++) {
      byte[] cut = Arrays.copyOf(head, length);
      assertMalformedHead(cut);
    }
    assertMalformedHead(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F});
    assertMalformedHead(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
  }

  private void assertMalformedHead(byte[] bytes) {
    assertThatThrownBy(() -> codec.readSnapshotHead(new ByteArrayInputStream(bytes)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aMessageOfAnUnknownKindIsLeftOut() throws Exception {
    TransportProto.Frame frame =
        TransportProto.Frame.newBuilder()
            .addMessages(TransportProto.PeerMessage.newBuilder().setFrom(1).setTo(2))
            .build();
    assertThat(codec.decode(ByteBuffer.wrap(frame.toByteArray()))).isEmpty();
  }

  @Test
  void messagesFromOrForNobodyAreRefused() {
    assertRefused(TransportProto.PeerMessage.newBuilder().setFrom(1));
    assertRefused(TransportProto.PeerMessage.newBuilder().setTo(1));
    assertRefused(
        TransportProto.PeerMessage.newBuilder()
            .setTo(1)
            .setRejectedProposals(TransportProto.RejectedProposals.getDefaultInstance()));
  }

  @Test
  void entriesThatDoNotFollowEachOtherAreRefused() {
    assertRefused(
        TransportProto.PeerMessage.newBuilder()
            .setFrom(1)
            .setTo(2)
            .setAppend(
                TransportProto.Append.newBuilder()
                    .setPrevIndex(5)
                    .addEntries(
                        LogProto.Entry.newBuilder()
                            .setIndex(7)
                            .setData(com.google.protobuf.ByteString.EMPTY))));
  }

  private void assertRefused(TransportProto.PeerMessage.Builder message) {
    byte[] frame = TransportProto.Frame.newBuilder().addMessages(message).build().toByteArray();
    assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(frame)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void bytesThatWereTamperedWithEndInAMessageOrACheckedExceptionOnly() {
    SplittableRandom random = new SplittableRandom(20261121);
    ByteBuffer encoded = codec.encode(ALL_KINDS);
    byte[] frame = new byte[encoded.remaining()];
    encoded.get(frame);
    List<byte[]> escaped = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] tampered = Arrays.copyOf(frame, random.nextInt(frame.length) + 1);
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        tampered[random.nextInt(tampered.length)] = (byte) random.nextInt(256);
      }
      try {
        codec.decode(ByteBuffer.wrap(tampered));
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageNotContaining("null");
      } catch (RuntimeException e) {
        escaped.add(tampered);
      }
    }
    assertThat(escaped).isEmpty();
  }

  @Test
  void theApproximateSizeIsNotBelowTheTrueOneForWhatFillsQueues() {
    for (PeerMessage message : ALL_KINDS) {
      if (!message.equals(new PeerMessage.Consensus(SNAPSHOT))) {
        assertThat(codec.encode(List.of(message)).remaining())
            .isLessThanOrEqualTo(2 * codec.approximateBytes(message));
      }
    }
  }
}
