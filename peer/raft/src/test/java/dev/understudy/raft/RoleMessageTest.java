package dev.understudy.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which role ignores which kind of message of its own term. The compiler demands that each role has
 * decided; this states what was decided.
 */
class RoleMessageTest {
  private static final Map<Role, Set<Class<?>>> IGNORED = new EnumMap<>(Role.class);

  static {
    Set<Class<?>> answersToALeader =
        Set.of(Message.AppendResponse.class, Message.HeartbeatResponse.class);
    Set<Class<?>> votes = Set.of(Message.VoteResponse.class, Message.PreVoteResponse.class);
    IGNORED.put(Role.FOLLOWER, union(List.of(answersToALeader, votes)));
    Set<Class<?>> withoutLeader =
        Set.of(
            Message.ReadIndexResponse.class,
            Message.TimeoutNow.class,
            Message.Propose.class,
            Message.ReadIndexRequest.class,
            Message.TransferLeader.class);
    IGNORED.put(
        Role.PRE_CANDIDATE,
        union(List.of(answersToALeader, withoutLeader, Set.of(Message.VoteResponse.class))));
    IGNORED.put(
        Role.CANDIDATE,
        union(List.of(answersToALeader, withoutLeader, Set.of(Message.PreVoteResponse.class))));
    IGNORED.put(
        Role.LEADER,
        union(
            List.of(
                votes,
                Set.of(
                    Message.Append.class,
                    Message.Heartbeat.class,
                    Message.InstallSnapshot.class,
                    Message.ReadIndexResponse.class,
                    Message.TimeoutNow.class))));
  }

  private static Set<Class<?>> union(List<Set<Class<?>>> sets) {
    return sets.stream().flatMap(Set::stream).collect(Collectors.toSet());
  }

  private static TestNode member(Role role) {
    RaftConfig config = TestNode.CONFIG.withPreVote(role == Role.PRE_CANDIDATE);
    TestNode member = TestNode.of(1, config, 1L, 2L, 3L);
    switch (role) {
      case FOLLOWER -> member.state().becomeFollower(1, 3);
      case PRE_CANDIDATE, CANDIDATE -> member.core().campaign();
      case LEADER -> member.lead();
    }
    member.takeMessages();
    return member;
  }

  private static List<Message> oneOfEachKind(long term) {
    Snapshot snapshot =
        new Snapshot(new SnapshotMetadata(1, 7, ConfState.ofVoters(1L, 2L, 3L)), new byte[0]);
    return List.of(
        new Message.Append(2, 1, term, new LogSlice(EntryId.ZERO, List.of()), 0),
        new Message.AppendResponse(2, 1, term, 1, false, 0, 0),
        new Message.VoteRequest(2, 1, term, 9, 9, false),
        new Message.PreVoteRequest(2, 1, term + 1, 9, 9),
        new Message.VoteResponse(2, 1, term, true),
        new Message.PreVoteResponse(2, 1, term, true),
        new Message.Heartbeat(2, 1, term, 0, 0),
        new Message.HeartbeatResponse(2, 1, term, 0),
        new Message.InstallSnapshot(2, 1, term, snapshot),
        new Message.Propose(2, 1, 0, List.of(Payload.EMPTY)),
        new Message.ReadIndexRequest(2, 1, 0, 5),
        new Message.ReadIndexResponse(2, 1, term, 1, 5),
        new Message.TransferLeader(2, 1, 0),
        new Message.TimeoutNow(2, 1, term));
  }

  static Stream<Role> roles() {
    return EnumSet.allOf(Role.class).stream();
  }

  @ParameterizedTest
  @MethodSource("roles")
  void whatARoleIgnoresChangesNothing(Role role) {
    for (Message message : oneOfEachKind(member(role).core().term())) {
      if (IGNORED.get(role).contains(message.getClass())) {
        TestNode member = member(role);
        Status before = member.core().status();
        member.core().step(message);
        assertThat(member.core().hasReady()).as("%s to a %s", message, role).isFalse();
        assertThat(member.core().status()).as("%s to a %s", message, role).isEqualTo(before);
      }
    }
  }

  @Test
  void eachKindIsHandledBySomeRole() {
    List<Message> messages = oneOfEachKind(1);
    assertThat(messages.stream().map(Object::getClass))
        .containsExactlyInAnyOrderElementsOf(kinds());
    for (Message message : messages) {
      assertThat(roles()).anyMatch(role -> !IGNORED.get(role).contains(message.getClass()));
    }
  }

  private static Set<Class<?>> kinds() {
    return leaves(Message.class).collect(Collectors.toSet());
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RoleMessageTest::leaves)
        : Stream.of(type);
  }
}
