package dev.understudy.peer.leadership;

import dev.understudy.clusterconfig.ServerDetails;
import dev.understudy.clusterconfig.Servers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/**
 * Calls standbys as soon as there is a seat for them, so that a seat is not open, or a dead peer in
 * its seat, until somebody's sync interval is over. For each change of the seats as many are called
 * as there are to be had, the best of those that would be given one; while there are fewer, those
 * who come to be known, or are known for long enough. Each that hears is called once: who does not
 * come is not waited for, since the others sync before long. In the place of one that does not hear
 * another is called, and itself again after a while.
 */
public final class SeatCalls implements Duty {
  /** Often enough that nobody notices it in the time that a seat takes to be filled. */
  private static final long INTERVAL_MILLIS = 50;

  /** To look through thousands of standbys takes a millisecond. */
  private static final long SEARCH_INTERVAL_MILLIS = 200;

  /** One that did not hear is away, or too busy to be the best choice. */
  private static final long REST_MILLIS = 1_000;

  private static final Need NONE = new Need(Set.of(), 0, Optional.empty());

  private final LeaderView view;
  private final Census census;
  private final SeatSwap swap;
  private final Set<String> called = new HashSet<>();
  private final Map<String, Long> restsUntilMillis = new HashMap<>();
  private final Queue<Unreached> unreached = new ConcurrentLinkedQueue<>();
  private Need need = NONE;
  private long searchMillis;

  /**
   * What standbys are called for.
   *
   * @param holders who has a seat
   * @param open how many seats nobody has
   * @param leaving whose seat a standby is to take, where none is open
   */
  private record Need(Set<Long> holders, int open, Optional<Long> leaving) {
    int seats() {
      return open + (leaving.isPresent() ? 1 : 0);
    }
  }

  /** Who has not heard a call, and what it was called for. */
  private record Unreached(String standby, Need need) {}

  /**
   * @param census knows the machines
   * @param swap knows whose seat is to be taken
   */
  public SeatCalls(LeaderView view, Census census, SeatSwap swap) {
    this.view = view;
    this.census = census;
    this.swap = swap;
  }

  @Override
  public String name() {
    return "seat calls";
  }

  @Override
  public long intervalMillis() {
    return INTERVAL_MILLIS;
  }

  @Override
  public void start(long term, long nowMillis) {
    renew(NONE, nowMillis);
  }

  private void renew(Need next, long nowMillis) {
    need = next;
    called.clear();
    restsUntilMillis.clear();
    searchMillis = nowMillis;
  }

  @Override
  public void pass(long nowMillis) {
    Need now = needed(census.members(nowMillis));
    if (!now.equals(need)) {
      renew(now, nowMillis);
    }
    forgetUnreached(nowMillis);
    int missing = need.seats() - called.size();
    if (missing > 0 && nowMillis >= searchMillis) {
      searchMillis = nowMillis + SEARCH_INTERVAL_MILLIS;
      Need of = need;
      called.addAll(
          census
              .standbys()
              .call(missing, this::isWanted, name -> unreached.add(new Unreached(name, of))));
    }
  }

  private void forgetUnreached(long nowMillis) {
    restsUntilMillis.values().removeIf(until -> until <= nowMillis);
    for (Unreached next = unreached.poll(); next != null; next = unreached.poll()) {
      if (next.need().equals(need) && called.remove(next.standby())) {
        restsUntilMillis.put(next.standby(), nowMillis + REST_MILLIS);
      }
    }
  }

  private boolean isWanted(String standby) {
    return !called.contains(standby)
        && !restsUntilMillis.containsKey(standby)
        && (need.open() > 0 || swap.isWanted(standby));
  }

  private Need needed(Servers servers) {
    Set<Long> holders =
        servers.peers().stream().map(ServerDetails::member).collect(Collectors.toUnmodifiableSet());
    int open = Math.max(0, view.config().activeSize() - holders.size());
    return servers.all().isEmpty()
        ? NONE
        : new Need(holders, open, open > 0 ? Optional.empty() : swap.seatToTake());
  }

  @Override
  public void stop() {
    // The next start forgets whom this term has called.
  }
}
