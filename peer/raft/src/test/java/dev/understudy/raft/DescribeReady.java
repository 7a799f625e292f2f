package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;

/** Writes a Ready the way the interaction scripts expect it. */
final class DescribeReady {
  private DescribeReady() {}

  static String of(long id, Ready ready, boolean async) {
    StringBuilder text = new StringBuilder();
    ready
        .softState()
        .ifPresent(
            soft -> line(text, "Lead:" + soft.leader() + " State:" + Describe.role(soft.role())));
    ready.hardState().ifPresent(hard -> line(text, "HardState " + Describe.hardState(hard)));
    if (!ready.reads().isEmpty()) {
      line(text, "ReadStates " + ready.reads());
    }
    section(text, "Entries:", ready.persist().stream().map(Describe::entry).toList());
    ready
        .snapshot()
        .ifPresent(snapshot -> line(text, "Snapshot " + Describe.snapshot(snapshot.metadata())));
    section(text, "CommittedEntries:", ready.apply().stream().map(Describe::entry).toList());
    section(text, "Messages:", messages(id, ready, async));
    return text.length() == 0
        ? "<empty Ready>"
        : "Ready MustSync=" + ready.mustSync() + ":\n" + text;
  }

  private static List<String> messages(long id, Ready ready, boolean async) {
    List<String> texts = new ArrayList<>();
    ready.sendNow().forEach(message -> texts.add(Describe.message(message)));
    if (!async) {
      ready.sendOncePersisted().forEach(message -> texts.add(Describe.message(message)));
      return texts;
    }
    if (ready.needsStorage()) {
      texts.add(
          InFlight.withResponses(
              InFlight.appendWork(id, ready), InFlight.appendResponses(id, ready)));
    }
    if (ready.needsApply()) {
      texts.add(
          InFlight.withResponses(
              InFlight.applyWork(id, ready), List.of(new InFlight.Applied(id, ready))));
    }
    return texts;
  }

  private static void section(StringBuilder text, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      line(text, title);
      lines.forEach(line -> line(text, line));
    }
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
