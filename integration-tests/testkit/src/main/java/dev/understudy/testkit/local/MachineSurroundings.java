package dev.understudy.testkit.local;

import dev.understudy.admin.machine.Surroundings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.ClientConnector.ConnectListener;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What stands between one machine and the real world. A machine that is paused comes no further
 * than to its next look at a clock, or the next request; since every loop of it looks before it
 * does anything, nothing of it goes on, as with a process that is stopped. Any thread.
 */
final class MachineSurroundings implements Surroundings {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ConnectListener cables;
  private volatile long monotonicOffsetNanos;
  private volatile long wallOffsetMillis;
  private volatile boolean paused;

  /**
   * @param cables hears of the machine's connections
   */
  MachineSurroundings(ConnectListener cables) {
    this.cables = cables;
  }

  @Override
  public LongSupplier nanoClock(LongSupplier system) {
    return () -> {
      pass();
      return system.getAsLong() + monotonicOffsetNanos;
    };
  }

  @Override
  public LongSupplier wallClock(LongSupplier systemMillis) {
    return () -> {
      pass();
      return systemMillis.getAsLong() + wallOffsetMillis;
    };
  }

  @Override
  public Optional<ConnectListener> connections() {
    return Optional.of(cables);
  }

  @Override
  public Handler before(Handler port) {
    return new Handler.Wrapper(port) {
      @Override
      public boolean handle(Request request, Response response, Callback callback)
          throws Exception {
        pass();
        return super.handle(request, response, callback);
      }
    };
  }

  /** Forwards both clocks; backwards the one on the wall, since the other never goes back. */
  synchronized void move(Duration by) {
    wallOffsetMillis += by.toMillis();
    if (!by.isNegative()) {
      monotonicOffsetNanos += by.toMillis() * NANOS_PER_MILLI;
    }
  }

  boolean isPaused() {
    return paused;
  }

  synchronized void pause() {
    paused = true;
  }

  synchronized void resume() {
    paused = false;
    notifyAll();
  }

  private void pass() {
    if (paused) {
      awaitResume();
    }
  }

  private synchronized void awaitResume() {
    boolean interrupted = false;
    while (paused) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // a stopped process hears of nothing
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
