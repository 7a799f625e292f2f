package dev.understudy.admin.local;

import dev.understudy.admin.cli.NearestWord;
import java.util.List;
import java.util.Optional;

/**
 * A line that somebody typed, understood or not.
 *
 * @param verb what to do; empty when the line means nothing
 * @param machine which machine it is about; empty for what is about all
 * @param complaint what is wrong with the line; empty when nothing is
 */
record ClusterCommand(String verb, String machine, String complaint) {
  /** All commands in one line. */
  static final String HINT = "restart|stop|kill|pause|resume|command NAME, table, help, quit";

  static final List<String> HELP =
      List.of(
          "restart NAME  stops the machine if it runs, and starts it",
          "stop NAME     stops it as SIGTERM does",
          "kill NAME     ends it as kill -9 does",
          "pause NAME    cuts it off: it neither answers nor closes a connection, as kill -STOP"
              + " does",
          "resume NAME   lets it go on where it was",
          "command NAME  shows how to start it by hand",
          "table         shows the table again",
          "quit          stops all machines; so does Ctrl-C");

  private static final List<String> ABOUT_ALL = List.of("table", "help", "quit");
  private static final List<String> VERBS =
      List.of("restart", "stop", "kill", "pause", "resume", "command", "table", "help", "quit");

  /** Reads a line that is not blank. */
  static ClusterCommand parse(String line, List<String> machines) {
    String[] words = line.strip().split("\\s+");
    String verb = words[0].equals("?") ? "help" : words[0].equals("exit") ? "quit" : words[0];
    String range = machines.get(0) + " to " + machines.get(machines.size() - 1);
    if (!VERBS.contains(verb)) {
      return wrong(notUnderstood(line, verb));
    }
    if (ABOUT_ALL.contains(verb)) {
      return words.length == 1
          ? new ClusterCommand(verb, "", "")
          : wrong(verb + " takes no machine");
    }
    if (words.length != 2) {
      return wrong(verb + " needs the name of one machine (" + range + ")");
    }
    return machines.contains(words[1])
        ? new ClusterCommand(verb, words[1], "")
        : wrong("no machine " + words[1] + " (" + range + ")");
  }

  private static String notUnderstood(String line, String verb) {
    Optional<String> nearest = NearestWord.to(verb, VERBS);
    return "not understood: "
        + line.strip()
        + nearest.map(word -> " (did you mean " + word + "?)").orElse(" (help lists the commands)");
  }

  private static ClusterCommand wrong(String complaint) {
    return new ClusterCommand("", "", complaint);
  }

  boolean isUnderstood() {
    return complaint.isEmpty();
  }
}
