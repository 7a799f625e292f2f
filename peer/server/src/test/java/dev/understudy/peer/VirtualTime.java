package dev.understudy.peer;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * The time of a simulation and what is to happen in it, in one thread. Everything that is left to
 * chance is drawn from its one source, so a run can be replayed from its seed.
 */
public final class VirtualTime implements Schedule {
  private record Event(long atMillis, long number, Runnable work) {}

  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          Comparator.comparingLong(Event::atMillis).thenComparingLong(Event::number));
  private long eventsSoFar;
  private long nowMillis = 1_000_000;
  private long eventsAtOnce;
  private long mostAtOnce = Long.MAX_VALUE;
  private Runnable standingStill = () -> {};

  /** Time in which nothing happens yet. */
  public VirtualTime(long seed) {
    random = new Random(seed);
  }

  /** The source of all that is left to chance. */
  public Random random() {
    return random;
  }

  /** Now, for monotonic and wall clocks alike, in milliseconds. */
  @Override
  public long nowMillis() {
    return nowMillis;
  }

  /** The same in nanoseconds. */
  public long nowNanos() {
    return nowMillis * 1_000_000;
  }

  /** Whether something happens that does so in so many of a thousand cases. */
  public boolean happens(int thousandths) {
    return thousandths > 0 && random.nextInt(1000) < thousandths;
  }

  @Override
  public void schedule(long delayMillis, Runnable work) {
    events.add(new Event(nowMillis + Math.max(0, delayMillis), eventsSoFar++, work));
  }

  /**
   * Says when too much happens while no time passes: what goes on for ever would otherwise never
   * end a run.
   *
   * @param most so many events of one millisecond are fine
   * @param tooMany called for the next one, in its place; throws
   */
  public void limitEventsAtOnce(long most, Runnable tooMany) {
    mostAtOnce = most;
    standingStill = tooMany;
  }

  /** Lets time pass. */
  public void run(long millis) {
    long end = nowMillis + millis;
    while (!events.isEmpty() && events.peek().atMillis() <= end) {
      next();
    }
    nowMillis = end;
  }

  /** Lets time pass until something holds; false if it does not within the time. */
  public boolean runUntil(BooleanSupplier condition, long withinMillis) {
    long end = nowMillis + withinMillis;
    while (!condition.getAsBoolean()) {
      if (events.isEmpty() || events.peek().atMillis() > end) {
        return false;
      }
      next();
    }
    return true;
  }

  private void next() {
    Event event = events.poll();
    if (event.atMillis() > nowMillis) {
      nowMillis = event.atMillis();
      eventsAtOnce = 0;
    }
    if (++eventsAtOnce > mostAtOnce) {
      standingStill.run();
    }
    event.work().run();
  }
}
