package dev.understudy.admin.machine;

import dev.understudy.standby.WorkLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** A loop that a test turns by hand; a delay passes at once and is noted. */
final class ManualLoop implements WorkLoop {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  final List<Long> delaysMillis = new ArrayList<>();

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void schedule(Runnable task, long delayMillis) {
    delaysMillis.add(delayMillis);
    tasks.add(task);
  }

  /** Runs all tasks, and those that they add. */
  void settle() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Override
  public void close() {
    tasks.clear();
  }
}
