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
    JsonObject plan = Answers.object(answer);
    Table table = new Table("NAME", "VOTES", "LAST HEARD", "LAG", "VERDICT", "REASON");
    for (JsonObject peer : Answers.objects(plan, "peers")) {
      table.row(
          Answers.text(peer, "name"),
          Answers.text(peer, "votes").equals("true") ? "yes" : "no",
          seconds(Answers.number(peer, "lastHeardMillisAgo")) + " ago",
          Answers.text(peer, "lagEntries"),
          Answers.text(peer, "verdict"),
          Answers.text(peer, "reason"));
    }
    table.print(out);
    List<String> candidates = new ArrayList<>();
    Answers.objects(plan, "candidates")
        .forEach(standby -> candidates.add(Answers.text(standby, "name")));
    out.println(
        "seats: "
            + Answers.text(plan, "activeSize")
            + ", open: "
            + Answers.text(plan, "openSeats")
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
