package dev.understudy.peer.driver;

import dev.understudy.peer.machine.Applied;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The commands of this peer that are on their way: proposed, not yet applied here.
 *
 * <p>For the driver's thread only. Deadlines are all equally far away, so the order of arrival is
 * also the order in which they pass.
 */
final class PendingProposals {

  private record Pending(CompletableFuture<Outcome<Applied>> future, long deadlineMillis) {}

  private final Map<Long, Pending> bySequence = new LinkedHashMap<>();
  private final Completions completions;

  PendingProposals(Completions completions) {
    this.completions = completions;
  }

  int size() {
    return bySequence.size();
  }

  void add(long sequence, CompletableFuture<Outcome<Applied>> future, long deadlineMillis) {
    bySequence.put(sequence, new Pending(future, deadlineMillis));
  }

  /** Answers the command if it is one of ours that still waits. */
  void answer(long sequence, Outcome<Applied> outcome) {
    Pending pending = bySequence.remove(sequence);
    if (pending != null) {
      completions.add(pending.future(), outcome);
    }
  }

  /** Gives up on every command whose deadline has passed. */
  void expire(long nowMillis) {
    Iterator<Pending> oldestFirst = bySequence.values().iterator();
    while (oldestFirst.hasNext()) {
      Pending pending = oldestFirst.next();
      if (pending.deadlineMillis() > nowMillis) {
        return;
      }
      oldestFirst.remove();
      completions.add(
          pending.future(),
          new Outcome.Unknown<>(
              "request timed out, possibly due to leader failure or lost connection;"
                  + " whether it was applied is unknown"));
    }
  }

  /** Gives up on everything, because this peer stops. */
  void abandon(String cause) {
    bySequence
        .values()
        .forEach(pending -> completions.add(pending.future(), new Outcome.Unknown<>(cause)));
    bySequence.clear();
  }
}
