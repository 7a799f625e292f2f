package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.LogSlice;
import dev.understudy.raft.Message;
import dev.understudy.raft.Payload;
import dev.understudy.raft.Snapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.Command.ChangeSeats;
import dev.understudy.statemachine.Registry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everybody who may speak, and everything that can be said. */
class AdmissionTest {
  private static final long SELF = 1;
  private static final long MEMBER = 2;
  private static final long SEATED = 3;
  private static final long REMOVED = 4;
  private static final long STRANGER = 5;
  private static final ConfState MEMBERS = ConfState.ofVoters(SELF, MEMBER);
  private static final Registry REGISTRY = registry();

  private static Registry registry() {
    Registry registry = Registry.EMPTY;
    for (long member : new long[] {SELF, REMOVED, SEATED}) {
      MachineRecord machine = new MachineRecord("m" + member, "http://h:" + member, "");
      registry = changed(registry, ChangeSeats.give(machine, member));
    }
    return changed(registry, ChangeSeats.take("m" + REMOVED, REMOVED));
  }

  private static Registry changed(Registry registry, ChangeSeats change) {
    return ((Registry.Verdict.Admitted) registry.judge(change, 9)).next();
  }

  private static Stream<Message> everyKind(long from) {
    return Stream.of(
        new Message.Append(from, SELF, 7, new LogSlice(EntryId.ZERO, List.of()), 0),
        new Message.AppendResponse(from, SELF, 7, 1, false, 0, 0),
        new Message.VoteRequest(from, SELF, 7, 1, 1, true),
        new Message.PreVoteRequest(from, SELF, 7, 1, 1),
        new Message.VoteResponse(from, SELF, 7, true),
        new Message.PreVoteResponse(from, SELF, Message.TERM_DENIED, false),
        new Message.Heartbeat(from, SELF, 7, 0, 0),
        new Message.HeartbeatResponse(from, SELF, 7, 0),
        new Message.InstallSnapshot(
            from, SELF, 7, new Snapshot(SnapshotMetadata.EMPTY, new byte[0])),
        new Message.Propose(from, SELF, 7, List.of(Payload.EMPTY)),
        new Message.ReadIndexRequest(from, SELF, 0, 1),
        new Message.ReadIndexResponse(from, SELF, 7, 1, 1),
        new Message.TransferLeader(from, SELF, 7),
        new Message.TimeoutNow(from, SELF, 7));
  }

  private static Stream<Message> admittedOf(long from) {
    return everyKind(from).filter(message -> Admission.admits(message, SELF, REGISTRY, MEMBERS));
  }

  @Test
  void aMemberMaySayEverything() {
    assertThat(admittedOf(MEMBER)).hasSameSizeAs(everyKind(MEMBER).toList());
    assertThat(admittedOf(SEATED)).hasSameSizeAs(everyKind(SEATED).toList());
  }

  @Test
  void aRemovedMemberMayAskForVotesToLearnOfIt() {
    assertThat(admittedOf(REMOVED))
        .hasSize(2)
        .hasOnlyElementsOfTypes(Message.VoteRequest.class, Message.PreVoteRequest.class);
  }

  @Test
  void aStrangerMaySpeakAsALeaderThatIsNotKnownYet() {
    assertThat(admittedOf(STRANGER))
        .hasSize(3)
        .allSatisfy(message -> assertThat(message).isInstanceOf(Message.FromLeader.class));
  }

  @Test
  void nobodySpeaksForThisMember() {
    assertThat(admittedOf(SELF)).isEmpty();
  }

  /** Who is replaced goes by a joint configuration, and decides in its old half to the last. */
  @Test
  void aMemberThatHasLostItsSeatIsOneWhileItsVoteIsStillCounted() {
    ConfState joint =
        new ConfState(List.of(SELF, SEATED), List.of(), List.of(SELF, REMOVED), List.of(), true);
    assertThat(Admission.isMember(REMOVED, REGISTRY, joint)).isTrue();
    assertThat(everyKind(REMOVED))
        .allMatch(message -> Admission.admits(message, SELF, REGISTRY, joint));
    assertThat(Admission.isMember(REMOVED, REGISTRY, MEMBERS)).isFalse();
    assertThat(Admission.isMember(SEATED, REGISTRY, MEMBERS)).isTrue();
    assertThat(Admission.isMember(STRANGER, REGISTRY, MEMBERS)).isFalse();
  }
}
