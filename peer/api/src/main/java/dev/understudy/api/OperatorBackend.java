package dev.understudy.api;

import dev.understudy.clusterconfig.ApiError;
import dev.understudy.clusterconfig.AutopilotConfig;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.Servers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The peer, as the API for operators sees it. Every method may be called by any thread and returns
 * at once; its futures do not fail.
 */
public interface OperatorBackend {
  /** What is known of all machines. */
  Answer<Servers> servers();

  /** The members of consensus, as this peer knows them. */
  Members members();

  /** The cluster config in force. */
  ClusterConfig config();

  /** What is known of all machines, and what becomes of their seats. */
  Answer<Outlook> outlook();

  /**
   * Changes the cluster config by any subset of its fields, as the admin API does.
   *
   * @param changeJson what was asked for
   */
  CompletableFuture<Answer<ClusterConfig>> setConfig(String changeJson);

  /** How seats are looked after, as this peer knows it. */
  Stored<AutopilotConfig> autopilot();

  /**
   * Sets how seats are looked after.
   *
   * @param cas the index of the setting that is to be replaced, 0 where there is none; empty:
   *     whatever is there
   */
  CompletableFuture<Answer<Written>> set(AutopilotConfig config, OptionalLong cas);

  /** Who may take seats of living peers, as this peer knows it. */
  Stored<SchedulerConfig> scheduler();

  /** Sets that, as the other is set. */
  CompletableFuture<Answer<Written>> set(SchedulerConfig config, OptionalLong cas);

  /**
   * Takes the seat of a machine, as the admin API does without force.
   *
   * @param name of the machine
   */
  CompletableFuture<Answer<String>> remove(String name);

  /**
   * Hands leadership over.
   *
   * @param name of the machine that is to lead; empty: whoever is fit best
   * @return who leads then
   */
  CompletableFuture<Answer<String>> transferLeadership(Optional<String> name);

  /** Cluster time as this machine's wall clock would show it, in milliseconds since the epoch. */
  long wallMillis();

  /**
   * What became of a question.
   *
   * @param <T> the answer
   */
  sealed interface Answer<T> {
    /** It was answered. */
    record Done<T>(T value) implements Answer<T> {}

    /** It was refused, or could not be done. */
    record Refused<T>(ApiError error) implements Answer<T> {}

    /**
     * This peer does not lead.
     *
     * @param leaderClientUrl where to ask; empty when no leader is known
     */
    record NotLeader<T>(Optional<String> leaderClientUrl) implements Answer<T> {}
  }

  /**
   * The machines, and what the leader would do about each seat now.
   *
   * @param servers all machines
   * @param openSeats how many seats nobody holds
   * @param prospects of the peers, by name
   * @param takers the names of the standbys that would take a seat, the next first
   * @param preemption which standby would take the seat of a living peer, if its class may
   * @param newVersion that of the standbys that come before others alike
   */
  record Outlook(
      Servers servers,
      int openSeats,
      Map<String, Prospect> prospects,
      List<String> takers,
      Optional<Takeover> preemption,
      Optional<String> newVersion) {
    public Outlook {
      prospects = Map.copyOf(prospects);
      takers = List.copyOf(takers);
    }
  }

  /**
   * What becomes of a peer.
   *
   * @param verdict {@code KEEPS}, {@code LOSES} or {@code SPARED}
   * @param reason why, one line for an operator
   */
  record Prospect(String verdict, String reason) {}

  /**
   * A standby that would take the seat of a living peer.
   *
   * @param enabled whether its class may
   */
  record Takeover(String standby, String peer, boolean enabled) {}

  /**
   * A setting as it is stored.
   *
   * @param createIndex of the entry that wrote the first; 0 while it is the default
   * @param modifyIndex of the entry that wrote this one; 0 while it is the default
   */
  record Stored<T>(T value, long createIndex, long modifyIndex) {}

  /**
   * What became of a setting.
   *
   * @param written false when the condition did not hold, and nothing was changed
   * @param index of the store by then
   */
  record Written(boolean written, long index) {}

  /**
   * The members of consensus.
   *
   * @param index of the newest applied entry
   * @param all by name; without a name those that have no seat
   */
  record Members(long index, List<Member> all) {}

  /**
   * A member of consensus.
   *
   * @param address where other members reach it, without scheme; empty when that is not known
   */
  record Member(String id, String name, String address, boolean leader, boolean voter) {}
}
