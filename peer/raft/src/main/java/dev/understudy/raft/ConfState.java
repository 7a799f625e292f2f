package dev.understudy.raft;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;

/**
 * Who belongs to the group as of an index. Ids are in ascending order (as unsigned numbers),
 * whatever the order in which they were given.
 *
 * @param voters the voters; in a joint configuration those of the incoming half
 * @param learners members that receive the log and do not vote
 * @param votersOutgoing the voters of the outgoing half; empty unless the configuration is joint
 * @param learnersNext voters of the outgoing half that become learners once it is left
 * @param autoLeave whether the leader leaves the joint configuration by itself
 */
public record ConfState(
    List<Long> voters,
    List<Long> learners,
    List<Long> votersOutgoing,
    List<Long> learnersNext,
    boolean autoLeave) {
  /** Nobody. */
  public static final ConfState EMPTY =
      new ConfState(List.of(), List.of(), List.of(), List.of(), false);

  public ConfState {
    voters = sorted(voters);
    learners = sorted(learners);
    votersOutgoing = sorted(votersOutgoing);
    learnersNext = sorted(learnersNext);
  }

  /** A configuration of voters only. */
  public static ConfState ofVoters(Long... voters) {
    return new ConfState(List.of(voters), List.of(), List.of(), List.of(), false);
  }

  /** Whether nobody belongs to the group. */
  public boolean isEmpty() {
    return voters.isEmpty() && learners.isEmpty() && votersOutgoing.isEmpty();
  }

  /** Whether decisions need a majority of two halves. */
  public boolean isJoint() {
    return !votersOutgoing.isEmpty();
  }

  /** Whether a member belongs to the group in any way. */
  public boolean contains(long member) {
    return voters.contains(member)
        || learners.contains(member)
        || votersOutgoing.contains(member)
        || learnersNext.contains(member);
  }

  /**
   * Whether it could be in force: somebody votes, nobody is named twice or 0, nobody is learner and
   * voter at once, and only a joint configuration has what belongs to one.
   */
  public boolean isSound() {
    return !voters.isEmpty()
        && areDistinct(voters)
        && areDistinct(learners)
        && areDistinct(votersOutgoing)
        && areDistinct(learnersNext)
        && Collections.disjoint(learners, voters)
        && Collections.disjoint(learners, votersOutgoing)
        && new HashSet<>(votersOutgoing).containsAll(learnersNext)
        && (isJoint() || !autoLeave);
  }

  private static boolean areDistinct(List<Long> ids) {
    return !ids.contains(0L) && new HashSet<>(ids).size() == ids.size();
  }

  private static List<Long> sorted(List<Long> ids) {
    return ids.stream().sorted(Long::compareUnsigned).toList();
  }
}
