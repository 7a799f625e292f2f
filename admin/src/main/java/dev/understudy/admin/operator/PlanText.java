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
    if (plan.has("newVersion")) {
      out.println(
          "as many machines as there are seats have version "
              + TerminalText.of(Answers.text(plan, "newVersion"))
              + ": its standbys come before others alike");
    }
    if (plan.get("preemption") instanceof JsonObject preemption) {
      out.println(TerminalText.of(sentence(preemption)));
    }
  }

  /** What becomes of a living peer's seat, or would if its taker's class might take it. */
  private static String sentence(JsonObject preemption) {
    boolean enabled = Answers.text(preemption, "enabled").equals("true");
    String of = Answers.text(preemption, "class");
    return "preemption: %s (%s) %s the seat of %s%s"
        .formatted(
            Answers.text(preemption, "standby"),
            of,
            enabled ? "takes" : "would take",
            Answers.text(preemption, "peer"),
            enabled ? "" : ", if " + setting(of) + " were on");
  }

  private static String setting(String of) {
    return of.isEmpty()
        ? of
        : of.substring(0, 1).toUpperCase(Locale.ROOT) + of.substring(1) + "SchedulerEnabled";
  }

  /** With a tenth where that says something. */
  static String seconds(long millis) {
    return millis < 10_000
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : millis / 1000 + " s";
  }
}
