package dev.understudy.standby;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.clusterconfig.MachineView;
import dev.understudy.clusterconfig.SyncReply;
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
 * @param clusterId the cluster that this is about, which the machine never leaves by itself; 0
 *     while unknown
 * @param lost the member whose seat this machine has lost, though its log may not say so; 0 for
 *     none
 * @param replica the id under which this machine holds the data as a standby; 0 when it does not
 */
public record StandbyInfo(
    boolean running,
    List<MachineView> cluster,
    double syncIntervalSeconds,
    long clusterId,
    long lost,
    long replica) {
  /** What a standby begins with that knows nothing yet. */
  public static final StandbyInfo FRESH =
      new StandbyInfo(true, List.of(), ClusterConfig.DEFAULT.syncIntervalSeconds());

  /** Of a standby that holds no data. */
  public StandbyInfo(
      boolean running,
      List<MachineView> cluster,
      double syncIntervalSeconds,
      long clusterId,
      long lost) {
    this(running, cluster, syncIntervalSeconds, clusterId, lost, 0);
  }

  /** Of an unknown cluster, in which no seat was lost. */
  public StandbyInfo(boolean running, List<MachineView> cluster, double syncIntervalSeconds) {
    this(running, cluster, syncIntervalSeconds, 0, 0);
  }

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

  /** The same of a machine that is, or is not, a standby now. */
  public StandbyInfo withRunning(boolean nowRunning) {
    return new StandbyInfo(nowRunning, cluster, syncIntervalSeconds, clusterId, lost, replica);
  }

  /** The same with other machines. */
  public StandbyInfo withCluster(List<MachineView> machines) {
    return new StandbyInfo(running, machines, syncIntervalSeconds, clusterId, lost, replica);
  }

  /**
   * The same of a machine that had the seat of a member of a cluster, and has lost it. What is
   * known of another cluster is forgotten.
   *
   * @param of the cluster
   * @param member whose log may still lie here
   */
  public StandbyInfo withLost(long of, long member) {
    boolean same = clusterId == 0 || clusterId == of;
    return new StandbyInfo(running, same ? cluster : List.of(), syncIntervalSeconds, of, member);
  }

  /** The same of a known cluster. */
  public StandbyInfo withClusterId(long of) {
    return new StandbyInfo(running, cluster, syncIntervalSeconds, of, lost, replica);
  }

  /** The same of a machine that holds the data under another id; 0 for not at all. */
  public StandbyInfo withReplica(long member) {
    return new StandbyInfo(running, cluster, syncIntervalSeconds, clusterId, lost, member);
  }

  /** Whether there was a cluster when this was saved. */
  public boolean tellsOfACluster() {
    return clusterId != 0 || !cluster.isEmpty();
  }

  /** What a synced list of a cluster with a leader makes of it. */
  StandbyInfo synced(SyncReply reply) {
    return new StandbyInfo(
        true,
        reply.machines(),
        reply.config().syncIntervalSeconds(),
        reply.clusterId() == 0 ? clusterId : reply.clusterId(),
        lost,
        replica);
  }

  /**
   * What is known once a peer has told that nobody leads. That peer may have been started a moment
   * ago and be reading its log from the beginning, so its list may be as old as the cluster: it
   * adds machines to those known, and replaces none.
   */
  StandbyInfo withoutLeader(SyncReply reply) {
    Map<String, MachineView> byPeerUrl = new LinkedHashMap<>();
    Stream.concat(cluster.stream(), reply.machines().stream())
        .map(StandbyInfo::asFollower)
        .forEach(machine -> byPeerUrl.putIfAbsent(machine.peerUrl(), machine));
    StandbyInfo known = withCluster(List.copyOf(byPeerUrl.values()));
    return clusterId == 0 ? known.withClusterId(reply.clusterId()) : known;
  }

  private static MachineView asFollower(MachineView machine) {
    return new MachineView(
        machine.name(), MachineView.State.FOLLOWER, machine.clientUrl(), machine.peerUrl());
  }

  /**
   * {@code {"running":true,"cluster":[…],"syncInterval":5.0,"clusterId":"<hex>","lost":"<hex>",
   * "replica":"<hex>"}}, without the ids that are unknown.
   */
  public String toJson() {
    JsonObject object = new JsonObject();
    object.addProperty("running", running);
    object.add("cluster", MachineView.toJsonArray(cluster));
    object.addProperty("syncInterval", syncIntervalSeconds);
    addId(object, "clusterId", clusterId);
    addId(object, "lost", lost);
    addId(object, "replica", replica);
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
        running.getAsBoolean(),
        MachineView.listFromJson(cluster),
        interval.getAsDouble(),
        id(object, "clusterId"),
        id(object, "lost"),
        id(object, "replica"));
  }

  private static void addId(JsonObject object, String field, long id) {
    if (id != 0) {
      object.addProperty(field, HexId.text(id));
    }
  }

  /** Absent in files of earlier versions. */
  private static long id(JsonObject object, String field) {
    JsonElement element = object.get(field);
    if (element == null) {
      return 0;
    }
    try {
      if (element instanceof JsonPrimitive text && text.isString()) {
        return Long.parseUnsignedLong(text.getAsString(), 16);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("field \"" + field + "\" is not an id in hex", e);
    }
    throw new IllegalArgumentException("field \"" + field + "\" is not an id in hex");
  }

  private static JsonElement parsed(String json) {
    try {
      return JsonParser.parseString(json);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }
}
