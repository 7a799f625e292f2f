package dev.understudy.api.dashboard;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.understudy.api.OperatorBackend.Outlook;
import dev.understudy.api.OperatorBackend.Prospect;
import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import dev.understudy.locks.Entry;
import dev.understudy.locks.LockTables;
import dev.understudy.locks.Session;
import dev.understudy.tables.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What the page is told, in JSON. */
final class DashboardJson {
  /** More machines than a person looks at; there may be thousands of standbys. */
  private static final int MAX_MACHINES = 200;

  private static final int MAX_SESSIONS = 300;
  private static final int MAX_HELD = 20;

  private DashboardJson() {}

  static String machine(String name, String mode, String version) {
    JsonObject object = new JsonObject();
    object.addProperty("name", name);
    object.addProperty("mode", mode);
    object.addProperty("version", version);
    return object.toString();
  }

  /**
   * The cluster at a glance.
   *
   * @param leaderSinceMillis since when it leads, in milliseconds since the epoch
   * @param nowMillis by the same clock
   */
  static String overview(
      Outlook outlook, ClusterConfig config, long term, long leaderSinceMillis, long nowMillis) {
    Servers servers = outlook.servers();
    JsonObject object = new JsonObject();
    object.addProperty("term", term);
    object.addProperty(
        "commit", servers.leader().map(leader -> leader.progress().lastIndex()).orElse(0L));
    object.addProperty("leaderSinceMillis", leaderSinceMillis);
    object.addProperty("nowMillis", nowMillis);
    object.addProperty("failureTolerance", servers.failureTolerance());
    object.add("config", config(config));
    object.add("configLimits", limits());
    object.addProperty("openSeats", outlook.openSeats());
    object.addProperty("machineCount", servers.all().size());
    JsonArray machines = new JsonArray();
    servers.all().stream()
        .limit(MAX_MACHINES)
        .forEach(server -> machines.add(machine(server, outlook)));
    object.add("machines", machines);
    JsonArray takers = new JsonArray();
    outlook.takers().stream().limit(MAX_MACHINES).forEach(takers::add);
    object.add("takers", takers);
    outlook.newVersion().ifPresent(newer -> object.addProperty("newVersion", newer));
    outlook
        .preemption()
        .ifPresent(
            would -> {
              JsonObject preemption = new JsonObject();
              preemption.addProperty("standby", would.standby());
              preemption.addProperty("peer", would.peer());
              preemption.addProperty("enabled", would.enabled());
              object.add("preemption", preemption);
            });
    return object.toString();
  }

  private static JsonObject config(ClusterConfig config) {
    JsonObject object = new JsonObject();
    object.addProperty("activeSize", config.activeSize());
    object.addProperty("removeDelay", config.removeDelaySeconds());
    object.addProperty("syncInterval", config.syncIntervalSeconds());
    return object;
  }

  private static JsonObject limits() {
    JsonObject object = new JsonObject();
    object.add("activeSize", limit(ClusterConfig.MIN_ACTIVE_SIZE, ClusterConfig.MAX_ACTIVE_SIZE));
    object.add(
        "removeDelay", limit(ClusterConfig.MIN_REMOVE_DELAY_SECONDS, ClusterConfig.MAX_SECONDS));
    object.add(
        "syncInterval", limit(ClusterConfig.MIN_SYNC_INTERVAL_SECONDS, ClusterConfig.MAX_SECONDS));
    return object;
  }

  private static JsonObject limit(Number min, Number max) {
    JsonObject object = new JsonObject();
    object.addProperty("min", min);
    object.addProperty("max", max);
    return object;
  }

  private static JsonObject machine(ServerDetails server, Outlook outlook) {
    JsonObject each = new JsonObject();
    each.addProperty("name", server.name());
    each.addProperty("id", server.id());
    each.addProperty("clientUrl", server.machine().clientUrl());
    each.addProperty("mode", server.mode().word());
    each.addProperty("leader", server.leader());
    each.addProperty("voter", server.voter());
    each.addProperty("version", server.traits().version());
    each.addProperty("zone", server.traits().zone());
    each.addProperty("seatPriority", server.traits().priority());
    each.addProperty("everHeard", server.contact().ever());
    each.addProperty("alive", server.contact().alive());
    each.addProperty("silentMillis", server.contact().silentMillis());
    each.addProperty("lastIndex", server.progress().lastIndex());
    each.addProperty("lagEntries", server.progress().lagEntries());
    each.addProperty("healthy", server.healthy());
    server.ailment().ifPresent(why -> each.addProperty("ailment", why));
    each.addProperty("stableMillis", server.stableMillis());
    Prospect prospect = outlook.prospects().get(server.name());
    if (prospect != null) {
      each.addProperty("verdict", prospect.verdict().toLowerCase(Locale.ROOT));
      each.addProperty("reason", prospect.reason());
    }
    return each;
  }

  /** Sessions with what they hold, as far as it may be shown. */
  static String locks(Snapshot now, Predicate<Entry> readable) {
    Collection<Session> sessions = LockTables.sessions().of(now);
    JsonArray list = new JsonArray();
    sessions.stream()
        .limit(MAX_SESSIONS)
        .forEach(session -> list.add(session(session, now, readable)));
    JsonObject object = new JsonObject();
    object.addProperty("sessionCount", sessions.size());
    object.add("sessions", list);
    return object.toString();
  }

  private static JsonObject session(Session session, Snapshot now, Predicate<Entry> readable) {
    JsonObject object = new JsonObject();
    object.addProperty("id", session.id());
    object.addProperty("name", session.name());
    object.addProperty("node", session.node());
    object.addProperty("ttlMillis", session.ttlMillis());
    object.addProperty("lockDelayMillis", session.lockDelayMillis());
    object.addProperty("behavior", session.behavior().wireName());
    Collection<Entry> held = LockTables.heldBy(session.id()).of(now);
    List<Entry> shown = held.stream().filter(readable).limit(MAX_HELD).toList();
    object.addProperty("holdCount", held.size());
    JsonArray holds = new JsonArray();
    for (Entry entry : shown) {
      JsonObject each = new JsonObject();
      each.addProperty("key", entry.key());
      each.addProperty("lockIndex", entry.lockIndex());
      holds.add(each);
    }
    object.add("holds", holds);
    return object;
  }
}
