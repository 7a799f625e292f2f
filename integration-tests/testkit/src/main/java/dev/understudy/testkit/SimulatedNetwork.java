package dev.understudy.testkit;

import dev.understudy.peer.VirtualTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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
  private final Set<String> cutOff = new HashSet<>();
  private FaultRates rates = FaultRates.NONE;

  SimulatedNetwork(VirtualTime time) {
    this.time = time;
  }

  void setRates(FaultRates next) {
    rates = next;
  }

  /** Divides the network: nothing passes between these places and all others. */
  void cutOff(Collection<String> urls) {
    heal();
    cutOff.addAll(urls);
  }

  void heal() {
    cutOff.clear();
  }

  void listen(String url, SimulatedContext context) {
    listeners.put(url, context);
  }

  void leave(String url, SimulatedContext context) {
    listeners.remove(url, context);
  }

  /** Who listens at a place now. */
  Optional<SimulatedContext> at(String url) {
    return Optional.ofNullable(listeners.get(url));
  }

  /** Carries something from one place to another; it is late, or lost without a word. */
  void carry(String from, String to, Runnable arrival) {
    carry(from, to, delayMillis(), arrival);
  }

  /** The same, for what takes so long on its way. */
  void carry(String from, String to, long delayMillis, Runnable arrival) {
    if (time.happens(rates.lostMessages())) {
      return;
    }
    time.schedule(
        delayMillis,
        () -> {
          if (cutOff.contains(from) == cutOff.contains(to)) {
            arrival.run();
          }
        });
  }

  private long delayMillis() {
    return time.happens(rates.slowMessages())
        ? time.random().nextInt(rates.slowestMillis() + 1)
        : 1 + time.random().nextInt(USUAL_DELAY_MILLIS);
  }
}
