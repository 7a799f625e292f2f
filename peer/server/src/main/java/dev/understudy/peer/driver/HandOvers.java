package dev.understudy.peer.driver;

import dev.understudy.raft.RaftCore;
import dev.understudy.raft.Role;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Leadership on its way to another member, and who waits for it to arrive there.
 *
 * <p>For the driver's thread only.
 */
final class HandOvers {

  private record Awaited(CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {}

  private final List<Awaited> awaited = new ArrayList<>();
  private final Completions completions;

  HandOvers(Completions completions) {
    this.completions = completions;
  }

  void add(CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {
    awaited.add(new Awaited(future, deadlineMillis));
  }

  /** Answers who waits, once another member leads or the time is over. */
  void look(RaftCore core, long nowMillis) {
    boolean arrived =
        core.role() != Role.LEADER && core.leader() != 0 && core.leader() != core.id();
    Iterator<Awaited> all = awaited.iterator();
    while (all.hasNext()) {
      Awaited one = all.next();
      if (arrived || one.deadlineMillis() <= nowMillis) {
        all.remove();
        completions.add(one.future(), new Outcome.Done<>(arrived));
      }
    }
  }

  /** Nobody will look any more, because this peer stops. */
  void abandon() {
    awaited.forEach(one -> completions.add(one.future(), Refusals.stopping()));
    awaited.clear();
  }
}
