package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The voters that are alive, as their leader sees it.
 *
 * @param alive voters that were heard lately, the leader itself among them
 * @param voters all voters
 */
public record LiveVoters(Set<Long> alive, Set<Long> voters) {
  /** As their leader sees the machines. */
  public static LiveVoters of(Servers servers, long aliveWithinMillis) {
    return new LiveVoters(
        voters(servers, voter -> voter.contact().isWithin(aliveWithinMillis)),
        voters(servers, voter -> true));
  }

  private static Set<Long> voters(Servers servers, Predicate<ServerDetails> filter) {
    return Stream.concat(servers.all().stream(), servers.leaving().stream())
        .filter(ServerDetails::voter)
        .filter(filter)
        .map(ServerDetails::member)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether a change of the membership leaves a majority alive, and can be brought to its end.
   * Asked by consensus itself, when the turn of the change has come.
   */
  public static boolean survive(
      PeerStatus status, long nowMillis, long aliveWithinMillis, Step... steps) {
    Set<Long> after = new HashSet<>(status.voters());
    Set<Long> staying = new HashSet<>(status.voters());
    for (Step step : steps) {
      if (step.type() == StepType.ADD_VOTER) {
        after.add(step.member());
      } else if (step.type() != StepType.UPDATE) {
        after.remove(step.member());
        staying.remove(step.member());
      }
    }
    LongPredicate isAlive = voter -> status.heardWithin(voter, nowMillis, aliveWithinMillis);
    boolean isJoint = steps.length > 1;
    return after.equals(status.voters())
        || hasMajority(after, after, isAlive)
            && (!isJoint || hasMajority(staying, status.voters(), isAlive));
  }

  private static boolean hasMajority(Set<Long> counted, Set<Long> voters, LongPredicate isAlive) {
    return counted.stream().filter(isAlive::test).count() >= voters.size() / 2 + 1;
  }

  int count() {
    return alive.size();
  }

  boolean hasMajority() {
    return alive.size() >= voters.size() / 2 + 1;
  }

  /** Whether all who are left without one member are alive. */
  boolean hasAllWithout(long member) {
    return voters.stream().allMatch(voter -> voter == member || alive.contains(voter));
  }

  /**
   * Whether the present voters have a majority that is alive even if one of them, who leaves, is
   * not counted. A joint configuration is left only with a majority of the old voters.
   */
  boolean hasMajorityNotCounting(long member) {
    return count() - (alive.contains(member) ? 1 : 0) >= voters.size() / 2 + 1;
  }

  /** Whether those who are left without one member still have a majority that is alive. */
  public boolean hasMajorityWithout(long member) {
    int left = voters.contains(member) ? voters.size() - 1 : voters.size();
    int aliveLeft = alive.contains(member) ? alive.size() - 1 : alive.size();
    return aliveLeft >= left / 2 + 1;
  }
}
