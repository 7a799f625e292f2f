package dev.understudy.peer.leadership;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Standbys that came for a seat in vain, and for how long none is offered to them again. One that
 * did not catch up has to copy everything anew at the next attempt, so its pause doubles each time,
 * up to some hours; whoever gets a vote begins from nothing again.
 *
 * <p>In the memory of one leader: the next one tries each of them once more. For any thread.
 */
final class VainArrivals {
  /** A slow machine is not tried more often than six times a day, and not given up either. */
  static final long MAX_PAUSE_MILLIS = 4 * 3_600_000;

  /** More names than standbys that could fail within the time. */
  private static final int MAX_KNOWN = 1_000;

  private record Vain(int times, long sinceMillis, long pauseMillis) {}

  private final Map<String, Vain> byName = new ConcurrentHashMap<>();

  /**
   * A standby did not come, or went silent: that costs nobody much, and says little of its next
   * attempt.
   *
   * @return for how long it is not asked
   */
  long absent(String name, long nowMillis, long pauseMillis) {
    return note(name, new Vain(0, nowMillis, pauseMillis));
  }

  /**
   * A standby did not catch up in time.
   *
   * @param allowedMillis the time that it had, which is also its first pause
   * @return for how long it is not asked
   */
  long lagged(String name, long nowMillis, long allowedMillis) {
    Vain last = byName.get(name);
    int times = last == null || isForgotten(last, nowMillis, allowedMillis) ? 1 : last.times() + 1;
    return note(name, new Vain(times, nowMillis, pauseMillis(times, allowedMillis)));
  }

  private long note(String name, Vain vain) {
    if (byName.size() >= MAX_KNOWN) {
      byName.clear();
    }
    byName.put(name, vain);
    return vain.pauseMillis();
  }

  /**
   * The next attempt fails after a pause and the time to catch up; long after that it may be well.
   */
  private static boolean isForgotten(Vain last, long nowMillis, long allowedMillis) {
    return nowMillis - last.sinceMillis() > 2 * (last.pauseMillis() + allowedMillis);
  }

  private static long pauseMillis(int times, long firstMillis) {
    long doubled = firstMillis << Math.min(times - 1, 10);
    return Math.max(firstMillis, Math.min(doubled, MAX_PAUSE_MILLIS));
  }

  /** It has caught up. */
  void arrived(String name) {
    byName.remove(name);
  }

  /** For how long a standby is not to come in place of a dead peer any more; 0 when it may. */
  long pauseMillis(String name, long nowMillis) {
    Vain last = byName.get(name);
    return last == null ? 0 : Math.max(0, last.sinceMillis() + last.pauseMillis() - nowMillis);
  }

  /** The same for an open seat, for which nobody is held up by one that does not come. */
  long copyPauseMillis(String name, long nowMillis) {
    Vain last = byName.get(name);
    return last == null || last.times() == 0 ? 0 : pauseMillis(name, nowMillis);
  }

  /** The names of those to whom that applies; asked with every sync, and nearly always empty. */
  Set<String> copyPaused(long nowMillis) {
    return byName.isEmpty()
        ? Set.of()
        : byName.keySet().stream()
            .filter(name -> copyPauseMillis(name, nowMillis) > 0)
            .collect(Collectors.toUnmodifiableSet());
  }
}
