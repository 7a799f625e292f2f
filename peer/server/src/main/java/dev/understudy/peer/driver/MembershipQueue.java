package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.ProposeResult;
import dev.understudy.statemachine.SeatResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;

/**
 * Changes of the membership that wait for their turn: consensus takes one at a time, and refuses
 * the next until the one before is applied.
 *
 * <p>For the driver's thread only.
 */
final class MembershipQueue implements Waiters {
  /**
   * A change that waits.
   *
   * @param leaving the member whose seat it takes; 0 for none
   */
  private record Wanted(
      ConfChange change,
      long leaving,
      Supplier<Optional<SeatResult.Refused>> obstacle,
      CompletableFuture<Outcome<Object>> future,
      long deadlineMillis) {}

  private static final int MAX_WAITING = 256;

  private static final SeatResult.Refused LAST_VOTE =
      new SeatResult.Refused(
          ErrorCode.SEAT_NEEDED, "the only vote cannot be removed; the other seats have none yet");

  private final Deque<Wanted> waiting = new ArrayDeque<>();
  private final Completions completions;
  private final PendingEntries pending;
  private final Supplier<ConfState> members;
  private final LongPredicate hasSeat;
  private final long retryMillis;
  private boolean underWay;
  private long notBeforeMillis;

  /**
   * @param members the membership in force
   * @param hasSeat whether a member has a seat now
   * @param retryMillis how long to wait after consensus was not ready for a change
   */
  MembershipQueue(
      Completions completions,
      PendingEntries pending,
      Supplier<ConfState> members,
      LongPredicate hasSeat,
      long retryMillis) {
    this.completions = completions;
    this.pending = pending;
    this.members = members;
    this.hasSeat = hasSeat;
    this.retryMillis = retryMillis;
  }

  /**
   * Lets a change wait for its turn.
   *
   * @param leaving the member whose seat it takes; 0 for none
   * @param obstacle what speaks against it, asked when its turn has come: the changes before it may
   *     have taken the votes that it counted on
   */
  void add(
      ConfChange change,
      long leaving,
      Supplier<Optional<SeatResult.Refused>> obstacle,
      CompletableFuture<Outcome<Object>> future,
      long deadlineMillis) {
    if (waiting.size() >= MAX_WAITING) {
      notDone(future, Outcome.Reason.OVERLOADED, waiting.size() + " changes wait already");
    } else {
      waiting.add(new Wanted(change, leaving, obstacle, future, deadlineMillis));
    }
  }

  /**
   * Proposes the first that waits, unless an earlier one is under way. When consensus is not ready
   * for it (it answers by an empty entry in the log), it goes on waiting for a while.
   */
  void proposeFirst(long nowMillis, Function<ConfChange, ProposeResult> propose) {
    Wanted first = waiting.peek();
    if (first == null || underWay || nowMillis < notBeforeMillis) {
      return;
    }
    if (members.get().isJoint()) {
      return; // nothing is taken before it is left
    }
    Optional<SeatResult.Refused> refusal =
        takesLastVote(first.change()) ? Optional.of(LAST_VOTE) : first.obstacle().get();
    if (refusal.isPresent()) {
      waiting.remove();
      completions.add(first.future(), new Outcome.Done<>(refusal.get()));
      return;
    }
    if (forgetsSeat(first)) {
      waiting.remove();
      notDone(first.future(), Outcome.Reason.OVERLOADED, "who was to leave has been given a seat");
      return;
    }
    ProposeResult result = propose.apply(first.change());
    if (result instanceof ProposeResult.Accepted accepted) {
      waiting.remove();
      underWay = true;
      pending.add(accepted.last(), first.future(), first.deadlineMillis());
    } else if (result instanceof ProposeResult.Refused
        || result instanceof ProposeResult.Overloaded) {
      notBeforeMillis = nowMillis + retryMillis;
    } else {
      leadershipLost();
    }
  }

  /**
   * A membership without a voter cannot be: once in the log, such a change would end every peer
   * that applies it, again after each restart. The registry does not see it coming, since a learner
   * holds a seat as well. The membership does not change before the change is applied, because
   * consensus takes no change while another one is under way.
   */
  private boolean takesLastVote(ConfChange change) {
    Set<Long> voters = new HashSet<>(members.get().voters());
    boolean takes = false;
    for (Step step : change.steps()) {
      if (step.type() == StepType.ADD_VOTER) {
        voters.add(step.member());
      } else if (step.type() != StepType.UPDATE) {
        takes |= voters.remove(step.member());
      }
    }
    return takes && voters.isEmpty();
  }

  /**
   * A learner that was let go, or asked to come again under another id, may have been given a seat
   * by the change before. Whoever has a seat leaves with it; otherwise the registry would name a
   * peer for ever that is in no membership, and that nobody tells.
   */
  private boolean forgetsSeat(Wanted wanted) {
    return wanted.change().steps().stream()
        .filter(step -> step.type() == StepType.REMOVE && step.member() != wanted.leaving())
        .anyMatch(step -> hasSeat.test(step.member()));
  }

  /** A change of the membership, whoever proposed it, was applied. */
  void changeApplied() {
    underWay = false;
    notBeforeMillis = 0;
  }

  /** What an earlier leadership had under way is no obstacle: the core judges by its log. */
  void leadershipBegan() {
    underWay = false;
    notBeforeMillis = 0;
  }

  /** Nothing that waits can be done here any more. */
  void leadershipLost() {
    waiting.forEach(
        wanted -> notDone(wanted.future(), Outcome.Reason.NO_LEADER, "this peer does not lead"));
    waiting.clear();
    underWay = false;
  }

  @Override
  public void expire(long nowMillis) {
    waiting.removeIf(
        wanted -> {
          boolean expired = wanted.deadlineMillis() <= nowMillis;
          if (expired) {
            notDone(
                wanted.future(),
                Outcome.Reason.OVERLOADED,
                "earlier changes of the membership took too long");
          }
          return expired;
        });
  }

  @Override
  public void abandon(String cause) {
    leadershipLost();
  }

  private void notDone(
      CompletableFuture<Outcome<Object>> future, Outcome.Reason reason, String cause) {
    completions.add(future, new Outcome.NotDone<>(reason, cause));
  }
}
