package dev.understudy.raft;

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

  private static List<Long> sorted(List<Long> ids) {
    return ids.stream().sorted(Long::compareUnsigned).toList();
  }
}
