package dev.understudy.admin.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.peer.leadership.Preemption;
import dev.understudy.peer.leadership.SeatPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plan of seats, and who would take the open ones, as {@code /v2/admin/plan} tells it. */
final class PlanJson {
  private PlanJson() {}

  /**
   * Writes a plan.
   *
   * @param candidates the standbys, the best first
   * @param newVersion that of the standbys that come before others alike
   */
  static String of(
      SeatPlan plan, List<StandbyRegistry.Known> candidates, Optional<String> newVersion) {
    JsonObject object = new JsonObject();
    object.addProperty("activeSize", plan.activeSize());
    object.addProperty("openSeats", plan.openSeats());
    JsonArray peers = new JsonArray();
    plan.peers().forEach(peer -> peers.add(peer(peer)));
    object.add("peers", peers);
    JsonArray names = new JsonArray();
    candidates.stream()
        .filter(StandbyRegistry.Known::takesSeats)
        .forEach(known -> names.add(candidate(known)));
    object.add("candidates", names);
    newVersion.ifPresent(version -> object.addProperty("newVersion", version));
    plan.preemption().ifPresent(p -> object.add("preemption", preemption(p, plan.preempts())));
    return object.toString();
  }

  private static JsonObject peer(SeatPlan.Peer peer) {
    JsonObject object = new JsonObject();
    ServerDetails server = peer.server();
    object.addProperty("name", server.name());
    object.addProperty("id", server.id());
    object.addProperty("votes", server.voter());
    object.addProperty("lastHeardMillisAgo", server.contact().silentMillis());
    object.addProperty("lagEntries", server.progress().lagEntries());
    object.addProperty("verdict", peer.verdict().name().toLowerCase(Locale.ROOT));
    object.addProperty("reason", peer.reason());
    return object;
  }

  private static JsonObject preemption(Preemption would, boolean enabled) {
    JsonObject object = new JsonObject();
    object.addProperty("standby", would.standby());
    object.addProperty("peer", would.peer());
    object.addProperty("class", would.of().word());
    object.addProperty("enabled", enabled);
    return object;
  }

  private static JsonObject candidate(StandbyRegistry.Known known) {
    JsonObject object = new JsonObject();
    object.addProperty("name", known.notice().machine().name());
    object.addProperty("seatPriority", known.notice().seatPriority());
    return object;
  }
}
