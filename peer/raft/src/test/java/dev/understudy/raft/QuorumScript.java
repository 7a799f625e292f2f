package dev.understudy.raft;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The quorum scripts, and the same computations done in other ways. */
final class QuorumScript implements Script {
  @Override
  public String run(ScriptCase script) {
    List<Long> incoming = ids(script, "cfg");
    boolean joint = !script.values("cfgj").isEmpty();
    List<Long> outgoing = ids(script, "cfgj");
    Set<Long> written = new LinkedHashSet<>(incoming);
    written.addAll(outgoing);
    List<Long> order = new ArrayList<>(written);
    Membership membership = membership(incoming, outgoing);
    Membership exchanged = membership(outgoing, incoming);
    return switch (script.command()) {
      case "committed" -> committed(script, order, membership, joint ? exchanged : membership);
      case "vote" -> vote(script, order, membership, joint ? exchanged : membership);
      default -> "unknown command\n";
    };
  }

  private static Membership membership(List<Long> incoming, List<Long> outgoing) {
    return new Membership(Ids.of(incoming), Ids.of(outgoing), Ids.NONE, Ids.NONE, false);
  }

  private static List<Long> ids(ScriptCase script, String key) {
    return script.values(key).stream()
        .filter(value -> !value.equals("zero") && !value.isEmpty())
        .map(Long::parseUnsignedLong)
        .toList();
  }

  private static String committed(
      ScriptCase script, List<Long> order, Membership membership, Membership exchanged) {
    Map<Long, Long> acknowledged = new HashMap<>();
    List<String> values = values(script, "idx", order);
    for (int i = 0; i < order.size(); i++) {
      if (!values.get(i).equals("_")) {
        acknowledged.put(order.get(i), Long.parseUnsignedLong(values.get(i)));
      }
    }
    long index = membership.committed(id -> acknowledged.getOrDefault(id, 0L));
    long other = exchanged.committed(id -> acknowledged.getOrDefault(id, 0L));
    Membership twice = membership(Ids.list(membership.incoming()), Ids.list(membership.incoming()));
    String doubts =
        (index == other ? "" : other + " <-- with the halves exchanged\n")
            + (membership.isJoint()
                    || twice.committed(id -> acknowledged.getOrDefault(id, 0L)) == index
                ? ""
                : "differs when joint with itself\n");
    String text = index == Majority.INFINITY ? "∞" : Long.toString(index);
    return drawing(order, acknowledged) + text + "\n" + doubts;
  }

  private static String drawing(List<Long> order, Map<Long, Long> acknowledged) {
    int n = order.size();
    if (n == 0) {
      return "<empty majority quorum>";
    }
    StringBuilder text = new StringBuilder(" ".repeat(n)).append("    idx\n");
    for (long id : new TreeSet<>(order)) {
      Long index = acknowledged.get(id);
      if (index == null) {
        text.append('?').append(" ".repeat(n));
      } else {
        long below = order.stream().filter(o -> acknowledged.getOrDefault(o, 0L) < index).count();
        text.append("x".repeat((int) below)).append('>').append(" ".repeat(n - (int) below));
      }
      text.append(String.format(" %5d    (id=%s)%n", index == null ? 0 : index, Describe.hex(id)));
    }
    return text.toString();
  }

  private static String vote(
      ScriptCase script, List<Long> order, Membership membership, Membership exchanged) {
    Map<Long, Boolean> ballots = new HashMap<>();
    List<String> values = values(script, "votes", order);
    for (int i = 0; i < order.size(); i++) {
      if (!values.get(i).equals("_")) {
        ballots.put(order.get(i), values.get(i).equals("y"));
      }
    }
    VoteResult result = membership.vote(ballots::get);
    String doubts = result == exchanged.vote(ballots::get) ? "" : "differs when exchanged\n";
    return switch (result) {
          case PENDING -> "VotePending\n";
          case LOST -> "VoteLost\n";
          case WON -> "VoteWon\n";
        }
        + doubts;
  }

  private static List<String> values(ScriptCase script, String key, List<Long> order) {
    List<String> values = script.values(key).stream().filter(v -> !v.isEmpty()).toList();
    if (values.size() != order.size()) {
      throw new IllegalArgumentException("as many values as ids, at line " + script.line());
    }
    return values;
  }
}
