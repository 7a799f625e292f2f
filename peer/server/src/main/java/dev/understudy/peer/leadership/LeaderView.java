package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineTraits;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.peer.driver.MemberNames;
import dev.understudy.peer.driver.Outcome;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.SeatResult;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * What duties see of their peer and what they may ask of it. Nothing here blocks; everything that
 * is asked goes through the log and is judged again when it is applied.
 */
public interface LeaderView {
  /** The state of consensus. */
  PeerStatus status();

  /** Who holds seats. */
  Registry registry();

  /** A member as the log shows it: name and id. */
  default String nameOf(long member) {
    return new MemberNames(this::registry).of(member);
  }

  /** The cluster config in force. */
  ClusterConfig config();

  /** The cluster time at which the next key expires; empty when no key has a time to live. */
  OptionalLong nextExpiryMillis();

  /** The cluster's time. */
  long clusterTimeMillis();

  /**
   * The processes that speak for members at the moment, this leader's among them, each with what it
   * states of its starts.
   */
  Map<Long, Lineage> processes();

  /** What members have said of their machines, this leader's own among them. */
  default Map<Long, MachineTraits> traits() {
    return Map.of();
  }

  /** How seats are looked after. */
  default AutopilotConfig autopilot() {
    return AutopilotConfig.DEFAULT;
  }

  /** Who may take seats of living peers. */
  default SchedulerConfig scheduler() {
    return SchedulerConfig.DEFAULT;
  }

  /** Records the newest start of a member. */
  CompletableFuture<Outcome<SeatResult>> recordStart(long member, Incarnation start);

  /** The newest cluster time in the log, as far as it is applied. */
  long stampedTimeMillis();

  /** Takes the seat from a member. */
  CompletableFuture<Outcome<SeatResult>> removeMember(long member);

  /**
   * A learner without a seat takes seat and vote of a member, in one joint change.
   *
   * @param start the learner's start, recorded with its seat
   */
  CompletableFuture<Outcome<SeatResult>> swapMember(
      MachineRecord machine, long learner, Incarnation start, long leaving);

  /** A learner without a seat gets an open one; it still has no vote. */
  CompletableFuture<Outcome<SeatResult>> giveSeat(
      MachineRecord machine, long learner, Incarnation start);

  /** Hands leadership to whoever is fit best; empty when nobody is. */
  default Optional<CompletableFuture<Outcome<Boolean>>> handOver() {
    return Optional.empty();
  }

  /** Makes a learner a voter. */
  CompletableFuture<Outcome<SeatResult>> promoteMember(long member);

  /** Stamps the time into the log, so that what is due expires everywhere; how much that was. */
  CompletableFuture<Outcome<Integer>> stampTime();
}
