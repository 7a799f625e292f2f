package dev.understudy.admin.cli;

import dev.understudy.clusterconfig.Removal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What an operator asks of a running cluster. */
public sealed interface OperatorCommand {
  /** Who has seats. */
  record ListMachines() implements OperatorCommand {}

  /** One machine with a seat. */
  record ShowMachine(String name) implements OperatorCommand {}

  /** Take a machine's seat. */
  record RemoveMachine(Removal removal) implements OperatorCommand {}

  /** Let a machine take seats again that was taken out for good. */
  record AllowStandby(String name) implements OperatorCommand {}

  /** Who stands by. */
  record ListStandbys() implements OperatorCommand {}

  /** The cluster config. */
  record GetConfig() implements OperatorCommand {}

  /** Change it; the JSON holds the fields to change. */
  record SetConfig(String changeJson) implements OperatorCommand {}

  /** What the leader would do about seats. */
  record ShowPlan() implements OperatorCommand {}

  /** Whether all machines with seats answer, and one leads. */
  record ShowHealth() implements OperatorCommand {}

  /** Make another machine lead. */
  record TransferLeadership(String name) implements OperatorCommand {}

  /** Make a token with which machines find each other. */
  record NewToken(int size) implements OperatorCommand {}

  /** What an operator of Consul asks, on the port for clients. */
  sealed interface OfConsul extends OperatorCommand {}

  /** What the leader knows of each machine. */
  record AutopilotHealth() implements OfConsul {}

  /** The same at length. */
  record AutopilotState() implements OfConsul {}

  /** What can be set beside the cluster config. */
  enum Setting {
    AUTOPILOT,
    SCHEDULER
  }

  /** Show a setting. */
  record GetSetting(Setting of) implements OfConsul {}

  /** Change some of its fields. */
  record ChangeSetting(Setting of, Map<String, String> values) implements OfConsul {
    public ChangeSetting {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /** The members of consensus. */
  record ListPeers() implements OfConsul {}

  /**
   * Take a member's seat.
   *
   * @param word id or address
   */
  record RemovePeer(String word, String value) implements OfConsul {}

  /** Make another machine lead; without an id whoever is fit best. */
  record TransferRaftLeader(Optional<String> id) implements OfConsul {}

  /** Something to do with keys; each begins with a slash. */
  sealed interface OfKeys extends OperatorCommand {
    String key();
  }

  /** Print a value. */
  record GetKey(String key, boolean quorum) implements OfKeys {}

  /**
   * Write a value.
   *
   * @param value empty: standard input
   * @param ttlSeconds how long it is to live
   * @param condition what must hold before
   */
  record SetKey(String key, Optional<String> value, OptionalLong ttlSeconds, Condition condition)
      implements OfKeys {}

  /** List what is in a directory. */
  record ListKeys(String key, boolean recursive, boolean quorum) implements OfKeys {}

  /** Delete a key, or a directory. */
  record RemoveKey(String key, boolean recursive, boolean directory, Condition condition)
      implements OfKeys {}

  /**
   * Print changes as they come.
   *
   * @param afterIndex of an earlier change; changes since that are told, too
   * @param forever whether it goes on after the first
   */
  record WatchKey(String key, boolean recursive, OptionalLong afterIndex, boolean forever)
      implements OfKeys {}

  /**
   * What must hold for a key to be written.
   *
   * @param exists whether there is one already
   */
  record Condition(Optional<Boolean> exists, Optional<String> value, OptionalLong index) {
    static final Condition NONE =
        new Condition(Optional.empty(), Optional.empty(), OptionalLong.empty());
  }
}
