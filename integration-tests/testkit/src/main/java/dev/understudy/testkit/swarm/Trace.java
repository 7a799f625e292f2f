package dev.understudy.testkit.swarm;

import dev.understudy.peer.PeerServer;
import dev.understudy.peer.VirtualTime;
import dev.understudy.peer.driver.PeerStatus;
import dev.understudy.testkit.ClusterListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What has happened in a run, for people: one line for each action, each change of a machine's
 * mode, and each change of role, term, leader or members of a peer. Its {@link #hash} takes in
 * every turn of every peer, so that two runs with the same hash were alike.
 */
public final class Trace implements ClusterListener {
  /**
   * A line.
   *
   * @param atMillis since the beginning of the run
   * @param what put into words only when somebody reads it
   */
  public record Line(long atMillis, Object what) {
    @Override
    public String toString() {
      return "%9.3f  %s".formatted(atMillis / 1000.0, what);
    }
  }

  private final VirtualTime time;
  private final long begunMillis;
  private final List<Line> lines = new ArrayList<>();
  private final Map<String, PeerStatus> statuses = new HashMap<>();
  private long hash;

  Trace(VirtualTime time) {
    this.time = time;
    this.begunMillis = time.nowMillis();
  }

  void note(String text) {
    mix(text.hashCode());
    lines.add(new Line(nowMillis(), text));
  }

  private long nowMillis() {
    return time.nowMillis() - begunMillis;
  }

  @Override
  public void noted(String machine, String what) {
    note(machine + " " + what);
  }

  @Override
  public void turned(String machine, PeerServer peer) {
    PeerStatus now = peer.status();
    mix(Objects.hash(machine, now.role().name(), now.term(), now.commit(), now.applied()));
    PeerStatus before = statuses.put(machine, now);
    if (before == null || before.member() != now.member() || !isAlike(before, now)) {
      note(machine + ": " + describe(now));
    }
  }

  private static boolean isAlike(PeerStatus before, PeerStatus now) {
    return before.role() == now.role()
        && before.term() == now.term()
        && before.leader() == now.leader()
        && before.voters().equals(now.voters())
        && before.learners().equals(now.learners());
  }

  private static String describe(PeerStatus status) {
    return "%s in term %d, follows %s, applied %d of %d, voters %s%s, is %s"
        .formatted(
            status.role().name().toLowerCase(Locale.ROOT),
            status.term(),
            id(status.leader()),
            status.applied(),
            status.commit(),
            ids(status.voters()),
            status.learners().isEmpty() ? "" : ", learners " + ids(status.learners()),
            id(status.member()));
  }

  /** Enough of an id to tell it from others. */
  private static String id(long member) {
    return member == 0 ? "nobody" : "%016x".formatted(member).substring(0, 4);
  }

  private static String ids(Set<Long> members) {
    return members.stream()
        .sorted(Comparator.naturalOrder())
        .map(Trace::id)
        .collect(Collectors.joining(" "));
  }

  private void mix(int value) {
    hash = (hash ^ value ^ nowMillis()) * 0x100000001b3L;
  }

  /** Alike for runs in which every peer did the same at the same time. */
  long hash() {
    return hash;
  }

  /** All lines, in the order of time. */
  List<Line> lines() {
    return List.copyOf(lines);
  }
}
