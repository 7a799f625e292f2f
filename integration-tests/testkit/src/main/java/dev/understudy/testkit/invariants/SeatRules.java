package dev.understudy.testkit.invariants;

import dev.understudy.clusterconfig.ClusterConfig;
import dev.understudy.raft.ConfState;
import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who may vote: ids are never used twice, and votes stay within the seats. */
final class SeatRules {
  private static final String NEVER_REUSED = "ids are never reused";

  private final Map<Long, String> nameOfMember = new HashMap<>();
  private final Set<Long> removed = new HashSet<>();

  /** The most seats that were filled since the floor was lowered last; 0 before. */
  private int floor;

  private long newest;

  /**
   * Checks what one peer believes. Call it when members or seats have changed there.
   *
   * @param applied the index as of which the peer believes it
   */
  void check(long applied, ConfState members, Registry registry, ClusterConfig config) {
    for (Seat seat : registry.all()) {
      checkId(seat, registry);
    }
    // Not the outgoing half: who is replaced votes there until the joint configuration is left.
    Set<Long> voters = Set.copyOf(members.voters());
    for (long voter : voters) {
      Violation.unless(
          !registry.removed().contains(voter),
          "a removed member never votes",
          () -> "%x at %d: %s".formatted(voter, applied, members));
    }
    Set<Long> all = new HashSet<>(voters);
    all.addAll(members.votersOutgoing());
    int seats = Math.max(registry.all().size(), 1);
    Violation.unless(
        all.size() <= seats + 1,
        "no more voters than seats and one in transit",
        () -> "%d seats at %d: %s".formatted(seats, applied, members));
    if (applied > newest) {
      newest = applied;
      removed.addAll(registry.removed());
      checkFloor(applied, members, config);
    }
  }

  private void checkId(Seat seat, Registry registry) {
    String name = nameOfMember.putIfAbsent(seat.member(), seat.name());
    Violation.unless(
        name == null || name.equals(seat.name()),
        NEVER_REUSED,
        () -> "%x is %s and was %s".formatted(seat.member(), seat.name(), name));
    Violation.unless(
        !registry.removed().contains(seat.member()),
        NEVER_REUSED,
        () -> "%x has a seat and was removed".formatted(seat.member()));
  }

  private void checkFloor(long applied, ConfState members, ClusterConfig config) {
    int needed = config.activeSize() / 2 + 1;
    int count = members.voters().size() + members.learners().size();
    if (members.voters().size() >= config.activeSize()) {
      floor = needed;
    }
    Violation.unless(
        count >= Math.min(floor, needed),
        "the monitors never take seats below the floor",
        () -> "%d of %d at %d: %s".formatted(count, needed, applied, members));
  }

  /** Somebody else than a monitor takes a seat. */
  void lowerFloor() {
    floor = Math.max(1, floor - 1);
  }

  /** Checks that the registry of a peer, which is as new as any, knows every removed id. */
  void checkRemembered(long applied, Registry registry) {
    if (applied >= newest) {
      Violation.unless(
          registry.removed().containsAll(removed),
          "removed ids are remembered",
          () -> "at %d: %s, and before %s".formatted(applied, registry.removed(), removed));
    }
  }
}
