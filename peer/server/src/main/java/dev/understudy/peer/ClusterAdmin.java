package dev.understudy.peer;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.JoinReply;
import dev.understudy.clusterconfig.JoinRequest;
import dev.understudy.clusterconfig.MachineRecord;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.Removal;
import dev.understudy.clusterconfig.ReplicaReply;
import dev.understudy.clusterconfig.ReplicaRequest;
import dev.understudy.clusterconfig.SeatPreference;
import dev.understudy.clusterconfig.StoreVersion;
import dev.understudy.peer.driver.StateCapture;
import dev.understudy.peer.leadership.SeatPlan;
import dev.understudy.peer.leadership.Standbys;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What operators and other machines may ask of a peer: who holds seats, the cluster config, joining
 * and removing. Every method may be called by any thread and returns at once.
 */
public interface ClusterAdmin {
  /** The id of the cluster, never 0. */
  long clusterId();

  /** Whether this peer leads, as far as it knows. */
  boolean isLeader();

  /** The cluster config in force. */
  ClusterConfig config();

  /** The machines with a seat, by name. */
  List<MachineView> machines();

  /** The member id of the machine with a seat under that name; empty when there is none. */
  OptionalLong memberOf(String name);

  /** What the leader's monitors would do about each seat, and why. */
  AdminOutcome<SeatPlan> plan();

  /**
   * Changes the cluster config by any subset of its fields; strict, as {@link
   * ClusterConfig#checked} is.
   */
  CompletableFuture<AdminOutcome<ClusterConfig>> putConfig(String changeJson);

  /** Gives a seat to a machine, or confirms the one that it has. */
  CompletableFuture<AdminOutcome<JoinReply>> join(JoinRequest request);

  /**
   * Hands leadership to the machine with a seat under that name, and waits until it leads.
   *
   * @return the name of the machine that leads then
   */
  CompletableFuture<AdminOutcome<String>> transferLeadership(String name);

  /** The {@link StoreVersion} of the cluster, which every machine in it must support. */
  int storeVersion();

  /**
   * Takes the seat of a machine, unless no majority of the voters that are left would be alive, and
   * that is not forced. A leader that is to lose its own seat hands leadership over first; the
   * outcome is then {@link AdminOutcome.NotLeader} with the next leader, where the removal is to be
   * repeated.
   *
   * @return the name, once the seat is free
   */
  CompletableFuture<AdminOutcome<String>> remove(Removal removal);

  /** The names of the machines that operators have taken out for good. */
  Set<String> takenOut();

  /**
   * Lets a machine take seats again that was taken out for good, whether it was or not.
   *
   * @return the name
   */
  CompletableFuture<AdminOutcome<String>> allow(String name);

  /**
   * How long ago the machine of that name lost its seat, as this peer has seen while it led; {@link
   * Long#MAX_VALUE} when it has not.
   */
  long lossAgeMillis(String name);

  /**
   * Whether the standby of that name is wanted in place of a peer that is dead, or will be taken
   * for dead within a sync interval, though no seat is open. False on a peer that does not lead.
   */
  boolean wantsUnderstudy(String name);

  /**
   * The names of standbys that are given no seat for now, because they did not catch up when they
   * came for one, and would have to copy everything again. As this peer has seen while it led.
   */
  default Set<String> paused() {
    return Set.of();
  }

  /**
   * Whom a seat goes to first now; by seat priority alone on a peer that does not lead. As of a
   * second ago at most.
   */
  SeatPreference seatPreference();

  /** Says who stands by; any thread will ask. */
  void standbys(Standbys known);

  /**
   * A standby wants to hold the data, or goes on wanting it; to be asked again with each of its
   * syncs.
   *
   * @param standby is where it says
   */
  ReplicaReply replicate(MachineRecord standby, ReplicaRequest request);

  /** How many entries of the log each replica lacks, by its name; empty on a peer that follows. */
  Map<String, Long> replicaLags();

  /** This peer's whole state as of now, for a backup. */
  CompletableFuture<AdminOutcome<StateCapture>> capture();
}
