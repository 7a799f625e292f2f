package dev.understudy.admin.machine;

import dev.understudy.admin.machine.MachineEvents.Mode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Tells of the modes of a machine: the first makes it ready, the others are changes. What is told
 * may be held back until it is certain, and dropped when it turns out not to be so. For the mode
 * loop.
 */
final class ModeNews {
  private final MachineEvents events;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private Optional<Runnable> held = Optional.empty();

  ModeNews(MachineEvents events) {
    this.events = events;
  }

  /** Completes once a mode was told of; whoever gives that up completes it with the reason. */
  CompletableFuture<Void> first() {
    return first;
  }

  /** The machine is in this mode. */
  void tell(Mode mode, String reason) {
    if (first.isDone()) {
      events.changed(mode, reason);
      return;
    }
    events.ready(mode);
    first.complete(null);
  }

  /** The machine seems to be in this mode; to be told, or dropped, later. */
  void hold(Mode mode, String reason) {
    held = Optional.of(() -> tell(mode, reason));
  }

  /** Whether something is held back. */
  boolean isHeld() {
    return held.isPresent();
  }

  /** What was held back is so. */
  void tellHeld() {
    Optional<Runnable> due = held;
    held = Optional.empty();
    due.ifPresent(Runnable::run);
  }

  /** What was held back is not so. */
  void drop() {
    held = Optional.empty();
  }
}
