package dev.understudy.testkit;

import dev.understudy.standby.WorkLoop;

/** A loop in virtual time. */
final class SimulatedLoop implements WorkLoop {
  private final SimulatedContext context;
  private boolean closed;

  SimulatedLoop(SimulatedContext context) {
    this.context = context;
  }

  @Override
  public void execute(Runnable task) {
    schedule(task, 0);
  }

  @Override
  public void schedule(Runnable task, long delayMillis) {
    context.schedule(
        delayMillis,
        () -> {
          if (!closed) {
            task.run();
          }
        });
  }

  @Override
  public void close() {
    closed = true;
  }
}
