package dev.understudy.testkit;

import dev.understudy.peer.VirtualTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The network between simulated machines: late, out of order, lossy, and divided on demand. A place
 * is the base URL of a peer port; who is no machine, such as an operator, may use any other URL and
 * reaches everybody.
 */
public final class SimulatedNetwork {
  private static final int USUAL_DELAY_MILLIS = 3;

  private final VirtualTime time;
  private final Map<String, SimulatedContext> listeners = new HashMap<>();
  private final List<Division> divisions = new ArrayList<>();
  private final Set<String> dark = new HashSet<>();
  private FaultRates rates = FaultRates.NONE;

  /** What a network does not carry for a while. */
  @FunctionalInterface
  public interface Division {
    /** Whether nothing passes from one place to another. */
    boolean blocks(String from, String to);
  }

  SimulatedNetwork(VirtualTime time) {
    this.time = time;
  }

  void setRates(FaultRates next) {
    rates = next;
  }

  /** Divides the network: nothing passes between these places and all others. */
  void cutOff(Collection<String> urls) {
    heal();
    Set<String> apart = Set.copyOf(urls);
    divide((from, to) -> apart.contains(from) != apart.contains(to));
  }

  /** Divides the network in one way more. */
  public void divide(Division division) {
    divisions.add(division);
  }

  /** Ends one division. */
  public void heal(Division division) {
    divisions.remove(division);
  }

  /** Ends all divisions. */
  void heal() {
    divisions.clear();
  }

  void listen(String url, SimulatedContext context) {
    listeners.put(url, context);
    dark.remove(url);
  }

  void leave(String url, SimulatedContext context) {
    listeners.remove(url, context);
  }

  /** The machine at a place loses its power, until somebody listens there again. */
  void loses(String url) {
    dark.add(url);
  }

  /** Whether the machine at a place is up. */
  boolean hasPower(String url) {
    return !dark.contains(url);
  }

  /** Who listens at a place now. */
  Optional<SimulatedContext> at(String url) {
    return Optional.ofNullable(listeners.get(url));
  }

  /** Carries something from one place to another; it is late, or lost without a word. */
  void carry(String from, String to, Runnable arrival) {
    carry(from, to, delayMillis(), arrival);
  }

  /** Whether something that may arrive twice does. */
  boolean doubles() {
    return time.happens(rates.duplicatedMessages());
  }

  /** The same, for what takes so long on its way. */
  void carry(String from, String to, long delayMillis, Runnable arrival) {
    if (time.happens(rates.lostMessages())) {
      return;
    }
    time.schedule(delayMillis, () -> arrive(from, to, arrival));
  }

  /** A machine that stands still takes what has arrived when it goes on. */
  private void arrive(String from, String to, Runnable arrival) {
    for (Division division : divisions) {
      if (division.blocks(from, to)) {
        return;
      }
    }
    SimulatedContext target = listeners.get(to);
    if (target == null) {
      arrival.run();
    } else {
      target.whenItGoesOn(arrival);
    }
  }

  private long delayMillis() {
    return time.happens(rates.slowMessages())
        ? time.random().nextInt(rates.slowestMillis() + 1)
        : 1 + time.random().nextInt(USUAL_DELAY_MILLIS);
  }
}
