package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits of what is on its way, of what waits to be committed, and of sizes. */
class FlowControlTest {
  private static final RaftConfig PLAIN = TestNode.CONFIG;

  /** A leader of two that replicates to member 2. */
  private static TestNode replicating(RaftConfig config) {
    TestNode node = TestNode.of(1, config, 1L, 2L).lead();
    node.acknowledge(2, 1);
    node.takeMessages();
    return node;
  }

  @Test
  void aFullWindowHoldsBackEverythingUntilSomethingIsAcknowledged() {
    TestNode node = replicating(PLAIN.withMaxInflightMsgs(8).withMaxInflightBytes(1L << 40));
    for (int i = 0; i < 8; i++) {
      assertThat(node.propose("x").take(Message.Append.class)).hasSize(1);
    }
    assertThat(node.progress(2).inflightFull()).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(node.propose("x").take(Message.Append.class)).isEmpty();
    }
    for (long index = 2; index <= 9; index++) {
      node.acknowledge(2, index);
      assertThat(node.take(Message.Append.class)).isNotEmpty();
      node.acknowledge(2, index - 1);
      assertThat(node.take(Message.Append.class)).as("an old acknowledgement").isEmpty();
    }
  }

  @Test
  void aFullWindowLetsOutOneEmptyMessageForEachHeartbeatAnswered() {
    TestNode node = replicating(PLAIN.withMaxInflightMsgs(4).withMaxInflightBytes(1L << 40));
    for (int i = 0; i < 6; i++) {
      node.propose("x");
    }
    node.takeMessages();
    for (int i = 0; i < 5; i++) {
      node.step(new Message.HeartbeatResponse(2, 1, 1, 0));
      List<Message.Append> sent = node.take(Message.Append.class);
      assertThat(sent).hasSize(1);
      assertThat(sent.get(0).entries()).isEmpty();
      assertThat(node.propose("y").take(Message.Append.class)).isEmpty();
    }
  }

  @Test
  void bytesInFlightAreLimitedAndMayBeOvershotByOneMessage() {
    TestNode node = replicating(PLAIN.withMaxInflightMsgs(100).withMaxInflightBytes(25));
    int sent = 0;
    for (int i = 0; i < 10; i++) {
      sent += node.propose("0123456789").take(Message.Append.class).size();
    }
    assertThat(sent).isEqualTo(3);
    assertThat(node.progress(2).inflightFull()).isTrue();
  }

  @Test
  void messagesAreFilledUpToTheirLimitAndCarryAtLeastOneEntry() {
    TestNode node = TestNode.of(1, PLAIN.withMaxSizePerMsg(2048), 1L, 2L).lead();
    for (int i = 0; i < 5; i++) {
      node.core().propose(new byte[1000]);
    }
    node.core().propose(new byte[5000]);
    node.settle().takeMessages();
    node.acknowledge(2, 1);
    assertThat(node.take(Message.Append.class))
        .filteredOn(append -> !append.entries().isEmpty())
        .extracting(append -> append.entries().size())
        .containsExactly(2, 2, 1, 1);
  }

  @Test
  void aLeaderRefusesMoreThanItMayCollect() {
    TestNode node = TestNode.of(1, PLAIN.withMaxUncommittedSize(1024 * 8), 1L, 2L, 3L);
    node.lead();
    for (int i = 0; i < 1024; i++) {
      assertThat(node.core().propose(new byte[8])).isInstanceOf(ProposeResult.Accepted.class);
    }
    assertThat(node.core().propose(new byte[8])).isEqualTo(new ProposeResult.Overloaded(8192));
    node.settle();
    node.acknowledge(2, node.core().lastIndex());
    assertThat(node.leader().uncommittedBytes()).isZero();
    byte[][] large = new byte[2048][8];
    assertThat(node.core().propose(large)).isInstanceOf(ProposeResult.Accepted.class);
    assertThat(node.core().propose(new byte[8])).isInstanceOf(ProposeResult.Overloaded.class);
    assertThat(node.core().propose(new byte[0])).isInstanceOf(ProposeResult.Accepted.class);
  }

  @Test
  void anEmptyEntryHasNoPayload() {
    assertThat(Payload.EMPTY.sizeBytes()).isZero();
    assertThat(ConfChange.LEAVE_JOINT.sizeBytes()).isZero();
  }

  @Test
  void theWindowIsFilledAsMuchAsItsThreeLimitsAllow() {
    RaftConfig limits =
        PLAIN.withMaxSizePerMsg(2048).withMaxInflightMsgs(3).withMaxInflightBytes(9000);
    TestNode node = TestNode.of(1, limits, 1L, 2L).lead();
    int[] sizes = {10, 6, 6};
    int[] bytes = {1000, 5000, 1000};
    for (int kind = 0; kind < 3; kind++) {
      for (int i = 0; i < sizes[kind]; i++) {
        node.core().propose(new byte[bytes[kind]]);
      }
    }
    // The empty entry went alone, since the election was over before anything was proposed.
    int[][] expected = {{2, 2, 2}, {2, 2, 1}, {1, 1}, {1, 1}, {1, 2, 2}, {2}};
    node.settle().takeMessages();
    long last = 1;
    for (int[] step : expected) {
      node.acknowledge(2, last);
      List<Message.Append> sent =
          node.take(Message.Append.class).stream()
              .filter(append -> !append.entries().isEmpty())
              .toList();
      assertThat(sent.stream().mapToInt(append -> append.entries().size()))
          .containsExactly(java.util.Arrays.stream(step).boxed().toArray(Integer[]::new));
      Message.Append newest = sent.get(sent.size() - 1);
      last = newest.slice().lastIndex();
    }
    assertThat(last).isEqualTo(23);
  }

  @Test
  void whatIsBeingAppliedIsLimited() {
    TestNode node = TestNode.of(1, PLAIN.withMaxCommittedSizePerReady(2048), 1L).lead();
    for (int i = 0; i < 3; i++) {
      node.core().propose(new byte[1000]);
    }
    Ready ready = node.core().ready();
    assertThat(ready.apply()).isEmpty();
    node.log().append(ready.persist());
    node.core().advance(ready);
    Ready first = node.core().ready();
    assertThat(first.apply()).hasSize(2);
    node.core().advance(first);
    Ready second = node.core().ready();
    assertThat(second.apply()).hasSize(1);
  }

  @Test
  void whatIsNotCommittedIsBoundedHoweverLongTheGroupIsPartitioned() {
    TestNode node = TestNode.of(1, PLAIN.withMaxUncommittedSize(16 * 8), 1L, 2L, 3L).lead();
    node.acknowledge(2, 1);
    int accepted = 0;
    for (int i = 0; i < 1024; i++) {
      accepted += node.core().propose(new byte[8]) instanceof ProposeResult.Accepted ? 1 : 0;
    }
    assertThat(accepted).isEqualTo(16);
    node.settle();
    assertThat(node.log().lastIndex()).as("durable").isEqualTo(17);
    assertThat(node.leader().uncommittedBytes()).as("durable, not committed").isEqualTo(16 * 8);
    node.acknowledge(2, 17);
    assertThat(node.core().appliedIndex()).isEqualTo(17);
    assertThat(node.leader().uncommittedBytes()).as("applied").isZero();
    assertThat(node.core().propose(new byte[8])).isInstanceOf(ProposeResult.Accepted.class);
  }

  @Test
  void onlyWhatIsAppliedMakesRoomForProposals() {
    TestNode node = TestNode.of(1, PLAIN, 1L, 2L, 3L).lead();
    for (int i = 0; i < 3; i++) {
      node.core().propose(new byte[8]);
    }
    node.settle();
    node.acknowledge(2, 2);
    assertThat(node.core().appliedIndex()).isEqualTo(2);
    assertThat(node.leader().uncommittedBytes()).isEqualTo(16);
  }
}
