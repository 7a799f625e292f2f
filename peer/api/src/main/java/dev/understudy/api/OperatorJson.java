package dev.understudy.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.understudy.clusterconfig.GoDuration;
import dev.understudy.clusterconfig.SchedulerConfig;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/** What Consul's clients read of the machines. */
final class OperatorJson {
  private OperatorJson() {}

  /** {@code /v1/operator/autopilot/health}. */
  static String health(Servers servers, long wallMillis) {
    JsonObject object = new JsonObject();
    object.addProperty("Healthy", servers.healthy());
    object.addProperty("FailureTolerance", servers.failureTolerance());
    JsonArray list = new JsonArray();
    for (ServerDetails server : servers.all()) {
      JsonObject each = new JsonObject();
      each.addProperty("ID", server.id());
      each.addProperty("Name", server.name());
      each.addProperty("Address", server.address());
      each.addProperty("SerfStatus", status(server));
      each.addProperty("Version", server.traits().version());
      each.addProperty("Leader", server.leader());
      facts(each, server, wallMillis);
      each.addProperty("Voter", server.voter());
      list.add(each);
    }
    object.add("Servers", list);
    return object.toString();
  }

  /** {@code /v1/operator/autopilot/state}, of later releases of Consul. */
  static String state(Servers servers, long wallMillis) {
    JsonObject object = new JsonObject();
    object.addProperty("Healthy", servers.healthy());
    object.addProperty("FailureTolerance", servers.failureTolerance());
    object.addProperty("OptimisticFailureTolerance", servers.failureTolerance());
    JsonObject byId = new JsonObject();
    JsonArray voters = new JsonArray();
    Map<String, JsonObject> zones = new TreeMap<>();
    for (ServerDetails server : servers.all()) {
      byId.add(server.id(), stateOf(server, wallMillis));
      if (server.voter()) {
        voters.add(server.id());
      }
      if (!server.traits().zone().isEmpty()) {
        addTo(zones.computeIfAbsent(server.traits().zone(), zone -> emptyZone()), server);
      }
    }
    object.add("Servers", byId);
    object.addProperty("Leader", servers.leader().map(ServerDetails::id).orElse(""));
    object.add("Voters", voters);
    if (!zones.isEmpty()) {
      JsonObject all = new JsonObject();
      zones.forEach(all::add);
      object.add("RedundancyZones", all);
    }
    return object.toString();
  }

  private static JsonObject stateOf(ServerDetails server, long wallMillis) {
    JsonObject each = new JsonObject();
    each.addProperty("ID", server.id());
    each.addProperty("Name", server.name());
    each.addProperty("Address", server.address());
    each.addProperty("NodeStatus", status(server));
    each.addProperty("Version", server.traits().version());
    facts(each, server, wallMillis);
    server.ailment().ifPresent(why -> each.addProperty("Unhealthy", why));
    each.addProperty("RedundancyZone", server.traits().zone());
    each.addProperty("ReadReplica", false);
    each.addProperty("Status", server.leader() ? "leader" : server.voter() ? "voter" : "non-voter");
    each.addProperty("NodeType", server.voter() ? "voter" : server.mode().word());
    server
        .traits()
        .seatPriority()
        .ifPresent(priority -> each.addProperty("SeatPriority", priority));
    return each;
  }

  private static JsonObject emptyZone() {
    JsonObject zone = new JsonObject();
    zone.add("Servers", new JsonArray());
    zone.add("Voters", new JsonArray());
    zone.addProperty("FailureTolerance", 0);
    return zone;
  }

  /** As many as may fail of a zone while another of it could take over. */
  private static void addTo(JsonObject zone, ServerDetails server) {
    JsonArray servers = zone.getAsJsonArray("Servers");
    servers.add(server.id());
    if (server.voter()) {
      zone.getAsJsonArray("Voters").add(server.id());
    }
    zone.addProperty("FailureTolerance", servers.size() - 1);
  }

  private static void facts(JsonObject each, ServerDetails server, long wallMillis) {
    each.addProperty(
        "LastContact",
        server.contact().ever() ? GoDuration.ofMillis(server.contact().silentMillis()) : "-1ms");
    each.addProperty("LastTerm", server.progress().lastTerm());
    each.addProperty("LastIndex", server.progress().lastIndex());
    each.addProperty("Healthy", server.healthy());
    each.addProperty(
        "StableSince",
        Instant.ofEpochMilli(wallMillis - server.stableMillis())
            .truncatedTo(ChronoUnit.SECONDS)
            .toString());
  }

  private static String status(ServerDetails server) {
    return server.contact().alive() ? "alive" : "failed";
  }

  /** {@code /v1/operator/scheduler/configuration}. */
  static String scheduler(OperatorBackend.Stored<SchedulerConfig> stored) {
    JsonObject object = new JsonObject();
    object.add(
        "SchedulerConfig", stored.value().toJsonObject(stored.createIndex(), stored.modifyIndex()));
    object.addProperty("Index", stored.modifyIndex());
    object.addProperty("LastContact", 0);
    object.addProperty("KnownLeader", true);
    return object.toString();
  }

  /** What became of a change of that. */
  static String updated(boolean updated, long index) {
    JsonObject object = new JsonObject();
    object.addProperty("Updated", updated);
    object.addProperty("Index", index);
    return object.toString();
  }

  /** {@code /v1/operator/raft/configuration}. */
  static String members(OperatorBackend.Members members) {
    JsonArray servers = new JsonArray();
    for (OperatorBackend.Member member : members.all()) {
      JsonObject each = new JsonObject();
      each.addProperty("ID", member.id());
      each.addProperty("Node", member.name().isEmpty() ? "(unknown)" : member.name());
      each.addProperty("Address", member.address());
      each.addProperty("Leader", member.leader());
      each.addProperty("ProtocolVersion", "3");
      each.addProperty("Voter", member.voter());
      servers.add(each);
    }
    JsonObject object = new JsonObject();
    object.add("Servers", servers);
    object.addProperty("Index", members.index());
    return object.toString();
  }
}
