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

  private static final class Judged {
    private final BooleanSupplier state;
    private final CompletableFuture<Outcome<Boolean>> future;
    private long ticksLeft;

    Judged(BooleanSupplier state, CompletableFuture<Outcome<Boolean>> future, long ticks) {
      this.state = state;
      this.future = future;
      this.ticksLeft = ticks;
    }

    boolean isOver() {
      ticksLeft--;
      return ticksLeft <= 0;
    }
  }

  private final List<One> all = new ArrayList<>();
  private final List<Judged> judged = new ArrayList<>();
  private final Completions completions;

  ConditionWaiters(Completions completions) {
    this.completions = completions;
  }

  /**
   * Checks for the state in every turn, so that has to cost nothing.
   *
   * @param future completes with whether it was there before the deadline
   */
  void add(BooleanSupplier state, CompletableFuture<Outcome<Boolean>> future, long deadlineMillis) {
    all.add(new One(state, future, deadlineMillis));
  }

  /**
   * Checks for the state once a tick. Ticks in which this process did not run are left out, so a
   * pause of it takes nothing from the wait.
   *
   * @param future completes with whether it was there within so many ticks
   */
  void addJudged(BooleanSupplier state, CompletableFuture<Outcome<Boolean>> future, long ticks) {
    judged.add(new Judged(state, future, ticks));
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
    Iterator<Judged> each = judged.iterator();
    while (each.hasNext()) {
      Judged one = each.next();
      boolean there = one.state.getAsBoolean();
      if (there || one.isOver()) {
        each.remove();
        completions.add(one.future, new Outcome.Done<>(there));
      }
    }
  }

  @Override
  public void abandon(String cause) {
    all.forEach(one -> completions.add(one.future(), Rejections.stopping()));
    all.clear();
    judged.forEach(one -> completions.add(one.future, Rejections.stopping()));
    judged.clear();
  }
}
