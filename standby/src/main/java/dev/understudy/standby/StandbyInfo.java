package dev.understudy.standby;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.MachineView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a standby keeps on disk, so that it finds its cluster again after a restart, even when the
 * whole cluster was down.
 *
 * @param running whether the machine was a standby when it last ran; false once it has a seat
 * @param cluster the machines with a seat as last synced, in the order they were told
 * @param syncIntervalSeconds the cluster's sync interval as last synced
 */
public record StandbyInfo(boolean running, List<MachineView> cluster, double syncIntervalSeconds) {
  /** What a standby begins with that knows nothing yet. */
  public static final StandbyInfo FRESH =
      new StandbyInfo(true, List.of(), ClusterConfig.DEFAULT.syncIntervalSeconds());

  public StandbyInfo {
    cluster = List.copyOf(cluster);
    if (!(syncIntervalSeconds >= ClusterConfig.MIN_SYNC_INTERVAL_SECONDS
        && syncIntervalSeconds <= ClusterConfig.MAX_SECONDS)) {
      throw new IllegalArgumentException("no sync interval: " + syncIntervalSeconds);
    }
  }

  /** The leader as last synced. */
  public Optional<MachineView> leader() {
    return cluster.stream().filter(MachineView::isLeader).findFirst();
  }

  public long syncIntervalMillis() {
    return Math.round(syncIntervalSeconds * 1000);
  }

  StandbyInfo withRunning(boolean nowRunning) {
    return new StandbyInfo(nowRunning, cluster, syncIntervalSeconds);
  }

  /**
   * What is known once a peer has told that nobody leads. That peer may have been started a moment
   * ago and be reading its log from the beginning, so its list may be as old as the cluster: it
   * adds machines to those known, and replaces none.
   */
  StandbyInfo withoutLeader(List<MachineView> told) {
    Map<String, MachineView> byPeerUrl = new LinkedHashMap<>();
    Stream.concat(cluster.stream(), told.stream())
        .map(StandbyInfo::asFollower)
        .forEach(machine -> byPeerUrl.putIfAbsent(machine.peerUrl(), machine));
    return new StandbyInfo(running, List.copyOf(byPeerUrl.values()), syncIntervalSeconds);
  }

  private static MachineView asFollower(MachineView machine) {
    return new MachineView(
        machine.name(), MachineView.State.FOLLOWER, machine.clientUrl(), machine.peerUrl());
  }

  /** {@code {"running":true,"cluster":[…],"syncInterval":5.0}}. */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("running", running);
    object.add("cluster", MachineView.toJsonArray(cluster));
    object.addProperty("syncInterval", syncIntervalSeconds);
    return object.toString();
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when it is anything else; the message says what is wrong
   */
  public static StandbyInfo fromJson(String json) {
    if (!(parsed(json) instanceof JsonObject object)) {
      throw new IllegalArgumentException("not a JSON object");
    }
    if (!(object.get("running") instanceof JsonPrimitive running) || !running.isBoolean()) {
      throw new IllegalArgumentException("field \"running\" is not true or false");
    }
    if (!(object.get("cluster") instanceof JsonArray cluster)) {
      throw new IllegalArgumentException("field \"cluster\" is not an array");
    }
    if (!(object.get("syncInterval") instanceof JsonPrimitive interval) || !interval.isNumber()) {
      throw new IllegalArgumentException("field \"syncInterval\" is not a number");
    }
    return new StandbyInfo(
        running.getAsBoolean(), MachineView.listFromJson(cluster), interval.getAsDouble());
  }

  private static JsonElement parsed(String json) {
    try {
      return JsonParser.parseString(json);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }
}
