package dev.understudy.peer;

import dev.understudy.statemachine.Registry;
import dev.understudy.statemachine.Registry.Seat;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Which machines have lost their seats lately, as a leader sees it. A removed machine must not take
 * its seat back at once: an operator wants to stop it, and other standbys have waited.
 *
 * <p>In memory, by comparing the registry with the one seen before; a machine that loses its seat
 * waits by itself as well, so that a new leader need not know. For any thread.
 */
final class RecentLosses {
  /** Far more than lose their seats within any interval; beyond, the oldest is forgotten. */
  private static final int MAX_KNOWN = 1_000;

  private final LongSupplier clockMillis;
  private final Map<String, Long> lostMillis = new HashMap<>();
  private Optional<Registry> seen = Optional.empty();

  /**
   * @param clockMillis monotonic
   */
  RecentLosses(LongSupplier clockMillis) {
    this.clockMillis = clockMillis;
  }

  /** Takes note of the registry as it is now. */
  synchronized void look(Registry now) {
    if (seen.isPresent() && seen.get().equals(now)) {
      return;
    }
    seen.ifPresent(before -> compare(before, now));
    seen = Optional.of(now);
  }

  private void compare(Registry before, Registry now) {
    for (Seat seat : before.all()) {
      if (now.byName(seat.name()).isEmpty() && now.removed().contains(seat.member())) {
        lostMillis.put(seat.name(), clockMillis.getAsLong());
      }
    }
    lostMillis.keySet().removeIf(name -> now.byName(name).isPresent());
    while (lostMillis.size() > MAX_KNOWN) {
      lostMillis.entrySet().stream()
          .min(Map.Entry.comparingByValue())
          .ifPresent(oldest -> lostMillis.remove(oldest.getKey()));
    }
  }

  /** How long ago a machine lost its seat; {@link Long#MAX_VALUE} when that is not known. */
  synchronized long ageMillis(String name) {
    Long lost = lostMillis.get(name);
    return lost == null ? Long.MAX_VALUE : clockMillis.getAsLong() - lost;
  }
}
