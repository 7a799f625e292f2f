package dev.understudy.admin.operator;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.understudy.clusterconfig.TerminalText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The plan of seats as a table.
 *
 * @param out where it goes
 */
record PlanText(PrintStream out) {
  void print(JsonElement answer) {
    JsonObject plan = answer.getAsJsonObject();
    Table table = new Table("NAME", "VOTES", "LAST HEARD", "LAG", "VERDICT", "REASON");
    for (JsonElement each : plan.getAsJsonArray("peers")) {
      JsonObject peer = each.getAsJsonObject();
      table.row(
          peer.get("name").getAsString(),
          peer.get("votes").getAsBoolean() ? "yes" : "no",
          seconds(peer.get("lastHeardMillisAgo").getAsLong()) + " ago",
          peer.get("lagEntries").getAsString(),
          peer.get("verdict").getAsString(),
          peer.get("reason").getAsString());
    }
    table.print(out);
    List<String> candidates = new ArrayList<>();
    plan.getAsJsonArray("candidates")
        .forEach(each -> candidates.add(each.getAsJsonObject().get("name").getAsString()));
    out.println(
        "seats: "
            + plan.get("activeSize").getAsString()
            + ", open: "
            + plan.get("openSeats").getAsString()
            + ", standbys that would come: "
            + (candidates.isEmpty() ? "none" : TerminalText.of(String.join(", ", candidates))));
  }

  /** With a tenth where that says something. */
  static String seconds(long millis) {
    return millis < 10_000
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : millis / 1000 + " s";
  }
}
