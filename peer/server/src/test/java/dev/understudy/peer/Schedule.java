package dev.understudy.peer;

/** When something happens: the time of a whole simulation, or that of one machine in it. */
public interface Schedule {
  /** Now in the simulation, in milliseconds. */
  long nowMillis();

  /** Lets something happen after a delay; what is due at the same time happens in this order. */
  void schedule(long delayMillis, Runnable work);
}
