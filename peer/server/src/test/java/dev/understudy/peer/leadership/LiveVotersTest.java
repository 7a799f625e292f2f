package dev.understudy.peer.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveVotersTest {
  private static Set<Long> ids(String text) {
    return Arrays.stream(text.split(" "))
        .filter(id -> !id.isEmpty())
        .map(Long::valueOf)
        .collect(Collectors.toUnmodifiableSet());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, true",
    "1, 1 2, false",
    "1 2, 1 2, true",
    "1 2, 1 2 3, true",
    "1, 1 2 3, false",
    "1 2, 1 2 3 4, false",
    "1 2 3, 1 2 3 4, true"
  })
  void aMajorityIsMoreThanHalf(String alive, String voters, boolean majority) {
    assertThat(new LiveVoters(ids(alive), ids(voters)).hasMajority()).isEqualTo(majority);
  }

  @ParameterizedTest
  @CsvSource({
    "1 3, 1 2 3, 3, false",
    "1 2, 1 2 3, 3, true",
    "1 2 3, 1 2 3, 3, true",
    "1 2 3, 1 2 3 4 5, 3, false",
    "1 2 3 4, 1 2 3 4 5, 3, true"
  })
  void aMajorityMayBeNeededWithoutTheVoteOfWhoLeaves(
      String alive, String voters, long leaving, boolean majority) {
    assertThat(new LiveVoters(ids(alive), ids(voters)).hasMajorityNotCounting(leaving))
        .isEqualTo(majority);
  }

  @ParameterizedTest
  @CsvSource({
    "1 3 4, -3 +4, false",
    "1 2 4, -3 +4, true",
    "1 2 3, -3, true",
    "1 3, -3, false",
    "1 2 3, +4, true",
    "1 2, +4, false",
    "1, -9, true",
    "1 2, =9, true"
  })
  void aChangeOfThreeVotersLeavesAMajorityThatWasHeard(
      String heard, String steps, boolean survives) {
    Map<Long, PeerStatus.Peer> peers = new HashMap<>();
    ids(heard).forEach(member -> peers.put(member, new PeerStatus.Peer(1, true, 1_000)));
    PeerStatus status = new PeerStatus(1, Role.LEADER, 1, 1, 1, 1, ids("1 2 3"), Set.of(), peers);
    Step[] change = Arrays.stream(steps.split(" ")).map(LiveVotersTest::step).toArray(Step[]::new);
    assertThat(LiveVoters.survive(status, 1_000, 0, change)).isEqualTo(survives);
  }

  private static Step step(String text) {
    long member = Long.parseLong(text.substring(1));
    return switch (text.charAt(0)) {
      case '+' -> new Step(StepType.ADD_VOTER, member);
      case '-' -> new Step(StepType.REMOVE, member);
      default -> new Step(StepType.UPDATE, member);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1 2 3, 3, false",
    "1 2, 1 2 3, 3, true",
    "1 2, 1 2 3, 2, false",
    "1 2, 1 2 3 4, 4, true",
    "1 2, 1 2 3 4, 2, false",
    "1 2, 1 2 3 4, 9, false",
    "1 2 3, 1 2 3 4, 9, true",
    "1 2, 1 2 3 4 5, 5, false",
    "1 2 3, 1 2 3 4 5, 5, true",
    "1, 1 2, 2, true"
  })
  void whoeverGoesAMajorityOfThoseWhoAreLeftMustBeAlive(
      String alive, String voters, long without, boolean majority) {
    assertThat(new LiveVoters(ids(alive), ids(voters)).hasMajorityWithout(without))
        .isEqualTo(majority);
  }
}
