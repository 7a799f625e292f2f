package dev.understudy.clusterconfig;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a leader knows of all machines, as of one moment.
 *
 * @param all peers by name, then an understudy, then standbys, the best first
 * @param leaving those that are in the membership and none of these: who has lost its seat and is
 *     still needed for a quorum, and learners that nobody has brought in. No one is shown them; who
 *     counts votes counts theirs.
 */
public record Servers(List<ServerDetails> all, List<ServerDetails> leaving) {
  /** Of a peer that does not lead. */
  public static final Servers NONE = new Servers(List.of());

  public Servers {
    all = List.copyOf(all);
    leaving = List.copyOf(leaving);
  }

  /** Where nobody leaves. */
  public Servers(List<ServerDetails> all) {
    this(all, List.of());
  }

  /** Those with seats. */
  public List<ServerDetails> peers() {
    return all.stream().filter(ServerDetails::isPeer).toList();
  }

  /** Those without, the best first. */
  public List<ServerDetails> standbys() {
    return all.stream().filter(s -> s.mode() == ServerDetails.Mode.STANDBY).toList();
  }

  /** The machine of a member. */
  public Optional<ServerDetails> byMember(long member) {
    return all.stream().filter(s -> s.member() == member && member != 0).findFirst();
  }

  /** The one that comes to take the seat of another, once it is a learner. */
  public Optional<ServerDetails> understudy() {
    return all.stream().filter(s -> s.mode() == ServerDetails.Mode.UNDERSTUDY).findFirst();
  }

  /** The one that leads; it may have lost its seat and lead until it has no vote any more. */
  public Optional<ServerDetails> leader() {
    return Stream.concat(all.stream(), leaving.stream()).filter(ServerDetails::leader).findFirst();
  }

  private Stream<ServerDetails> voters() {
    return all.stream().filter(ServerDetails::voter);
  }

  /** How many have a vote. */
  public int voterCount() {
    return (int) voters().count();
  }

  /** How many of these are healthy. */
  public int healthyVoterCount() {
    return (int) voters().filter(ServerDetails::healthy).count();
  }

  /** Whether all are healthy. */
  public boolean healthy() {
    return !all.isEmpty() && all.stream().allMatch(ServerDetails::healthy);
  }

  /** How many healthy voters may fail before nothing can be decided any more. */
  public int failureTolerance() {
    return Math.max(0, healthyVoterCount() - (voterCount() / 2 + 1));
  }
}
