package dev.understudy.admin.machine;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ClientConnector.ConnectListener;
import org.eclipse.jetty.server.Handler;

/**
 * What stands between a machine and the real world where somebody wants to interfere: tests that
 * run whole clusters in one process set clocks, cut connections and hold machines up. Without them
 * nothing is in between.
 */
public interface Surroundings {
  /** Nothing in between. */
  Surroundings SYSTEM = new Surroundings() {};

  /**
   * The machine's monotonic clock, which may be asked by any thread and often.
   *
   * @param system the real one, in nanoseconds
   */
  default LongSupplier nanoClock(LongSupplier system) {
    return system;
  }

  /**
   * The machine's clock on the wall, which may be asked by any thread.
   *
   * @param systemMillis the real one, in milliseconds since the epoch
   */
  default LongSupplier wallClock(LongSupplier systemMillis) {
    return systemMillis;
  }

  /**
   * Hears of every connection that the machine makes to others, before it is made and afterwards;
   * one whose channel is closed before is not made.
   */
  default Optional<ConnectListener> connections() {
    return Optional.empty();
  }

  /**
   * Puts something before what answers on a port.
   *
   * @param port answers
   */
  default Handler before(Handler port) {
    return port;
  }
}
