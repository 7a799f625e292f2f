package dev.understudy.peer.driver;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * States of consensus that somebody waits for, and who.
 *
 * <p>For the driver's thread only.
 */
final class ConditionWaiters implements Waiters {
  private record One(
      BooleanSupplier state, CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {}

  private final List<One> all = new ArrayList<>();
  private final Completions completions;

  ConditionWaiters(Completions completions) {
    this.completions = completions;
  }

  /**
   * Checks for the state in every turn.
   *
   * @param future completes with whether it was there before the deadline
   */
  void add(BooleanSupplier state, CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {
    all.add(new One(state, future, deadlineMillis));
  }

  /** Answers those whose state is there or whose time is over. */
  void check(long nowMillis) {
    Iterator<One> each = all.iterator();
    while (each.hasNext()) {
      One one = each.next();
      boolean there = one.state().getAsBoolean();
      if (there || one.deadlineMillis() <= nowMillis) {
        each.remove();
        completions.add(one.future(), new Outcome.Done<>(there));
      }
    }
  }

  @Override
  public void expire(long nowMillis) {
    check(nowMillis);
  }

  @Override
  public void abandon(String cause) {
    all.forEach(one -> completions.add(one.future(), Rejections.stopping()));
    all.clear();
  }
}
