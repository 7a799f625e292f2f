package dev.understudy.peer.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.ErrorCode;
import dev.understudy.peer.driver.Outcome.Done;
import dev.understudy.peer.driver.Outcome.NotDone;
import dev.understudy.peer.driver.Outcome.Unknown;
import dev.understudy.raft.ConfChange;
import dev.understudy.raft.ConfChange.Step;
import dev.understudy.raft.ConfChange.StepType;
import dev.understudy.raft.ConfState;
import dev.understudy.raft.EntryId;
import dev.understudy.raft.ProposeResult;
import dev.understudy.raft.ProposeResult.ConfChangeRefusal;
import dev.understudy.raft.ReadState;
import dev.understudy.statemachine.SeatResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Those who wait for the driver, and when they are told what. */
class PendingTest {
  private final Completions completions = new Completions(Runnable::run);

  private static Outcome<Object> done() {
    return new Done<>("result");
  }

  private <T> Outcome<T> told(CompletableFuture<Outcome<T>> future) {
    completions.flush();
    return future.getNow(null);
  }

  @Test
  void answersAreGivenOutTogetherAndInOrder() {
    List<Runnable> tasks = new ArrayList<>();
    Completions gathered = new Completions(tasks::add);
    List<String> order = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      CompletableFuture<String> future = new CompletableFuture<>();
      future.thenAccept(order::add);
      gathered.add(future, name);
    }
    gathered.flush();
    gathered.flush();
    assertThat(tasks).hasSize(1);
    assertThat(order).isEmpty();
    tasks.get(0).run();
    assertThat(order).containsExactly("first", "second");
  }

  @Nested
  class AtTheEnd {
    private final CompletableFuture<Outcome<Object>> future = new CompletableFuture<>();
    private final List<String> work = new ArrayList<>();
    private final DriverTask<Object> question = new DriverTask<>(future, () -> work.add("done"));

    @Test
    void aQuestionThatSomethingWasDoneAboutIsNotRefused() {
      question.run();
      question.refuse();
      assertThat(work).hasSize(1);
      assertThat(future).as("whoever ends what was begun answers").isNotDone();
    }

    @Test
    void nothingIsDoneAboutAQuestionThatWasRefused() {
      question.refuse();
      question.run();
      assertThat(work).isEmpty();
      assertThat(future).isCompletedWithValueMatching(NotDone.class::isInstance);
    }

    @Test
    void aProposalIsWithdrawnOnlyWhileItWaits() {
      Inbox inbox = new Inbox(DriverOptions.DEFAULT);
      Proposal taken = new Proposal(7, new byte[0], future, 100);
      Proposal waiting = new Proposal(8, new byte[0], new CompletableFuture<>(), 100);
      inbox.offer(taken);
      inbox.takeProposals(new ArrayList<>(), 1);
      inbox.offer(waiting);
      assertThat(inbox.withdraw(taken)).isFalse();
      assertThat(inbox.withdraw(waiting)).isTrue();
    }
  }

  @Nested
  class Proposals {
    private static final long LEADER = 9;

    private final PendingProposals pending = new PendingProposals(completions);
    private final RetryQueue retries = new RetryQueue(completions);
    private final CompletableFuture<Outcome<Object>> future = new CompletableFuture<>();
    private final Proposal proposal = new Proposal(7, new byte[0], future, 100);

    @Test
    void isAnsweredOnceByItsSequence() {
      pending.add(proposal, 3, LEADER);
      pending.answer(8, done());
      assertThat(told(future)).isNull();
      pending.answer(7, done());
      pending.answer(7, new Unknown<>("again"));
      assertThat(told(future)).isInstanceOf(Done.class);
      assertThat(pending.size()).isZero();
    }

    @Test
    void isLostOnlyWhenALaterTermIsApplied() {
      pending.add(proposal, 3, LEADER);
      pending.moveLost(2, retries);
      pending.moveLost(3, retries);
      assertThat(retries.size()).isZero();
      pending.moveLost(4, retries);
      assertThat(pending.size()).isZero();
      assertThat(retries.due(4, 1)).containsExactly(proposal);
      assertThat(told(future)).as("it is proposed again, not answered").isNull();
    }

    @Test
    void isRefusedOnlyByTheLeaderAndForTheTermItWasSentTo() {
      pending.add(proposal, 3, LEADER);
      assertThat(pending.takeRefused(7, 2, LEADER)).as("an older copy").isEmpty();
      assertThat(pending.takeRefused(7, 4, LEADER)).isEmpty();
      assertThat(pending.takeRefused(7, 3, 8)).as("by somebody else").isEmpty();
      assertThat(pending.takeRefused(8, 3, LEADER)).isEmpty();
      assertThat(pending.takeRefused(7, 3, LEADER)).contains(proposal);
      assertThat(pending.takeRefused(7, 3, LEADER)).as("once").isEmpty();
      assertThat(pending.size()).isZero();
      assertThat(told(future)).isNull();
    }

    @Test
    void isProposedAgainInALaterTermOnly() {
      retries.add(proposal, -2);
      assertThat(retries.due(-3, 9)).isEmpty();
      assertThat(retries.due(-2, 9)).as("never twice in a term").isEmpty();
      assertThat(retries.due(-1, 0)).isEmpty();
      assertThat(retries.due(-1, 9)).containsExactly(proposal);
      assertThat(retries.due(-1, 9)).as("until it is taken out").containsExactly(proposal);
      retries.remove(List.of(proposal));
      assertThat(retries.due(-1, 9)).isEmpty();
    }

    @Test
    void doesNotWaitForAnotherTryBeyondItsDeadline() {
      retries.add(proposal, 3);
      retries.expire(99);
      assertThat(told(future)).isNull();
      assertThat(retries.size()).isEqualTo(1);
      retries.expire(100);
      assertThat(told(future)).isEqualTo(Rejections.NOT_TAKEN);
      assertThat(retries.size()).isZero();
    }

    @Test
    void doesNotWaitForAnotherTryWhenThePeerStops() {
      retries.add(proposal, 3);
      retries.abandon("the end");
      assertThat(told(future)).isEqualTo(Rejections.stopping());
      assertThat(retries.size()).isZero();
    }

    @Test
    void isUnknownOnceASnapshotMayHoldIt() {
      pending.add(proposal, 3, LEADER);
      pending.replaced(2);
      assertThat(told(future)).isNull();
      pending.replaced(3);
      assertThat(told(future)).isInstanceOf(Unknown.class);
      pending.moveLost(9, retries);
      assertThat(retries.size()).as("never proposed again").isZero();
    }

    @Test
    void isUnknownAtItsDeadlineAndAtTheEnd() {
      pending.add(proposal, 3, LEADER);
      pending.expire(99);
      assertThat(told(future)).isNull();
      pending.expire(100);
      assertThat(told(future)).isInstanceOf(Unknown.class);
      CompletableFuture<Outcome<Object>> other = new CompletableFuture<>();
      pending.add(new Proposal(8, new byte[0], other, 100), 3, LEADER);
      pending.abandon("the end");
      assertThat(told(other)).isInstanceOf(Unknown.class);
    }
  }

  @Nested
  class Entries {
    private final PendingEntries pending = new PendingEntries(completions);
    private final CompletableFuture<Outcome<Object>> future = new CompletableFuture<>();

    @Test
    void isDoneWhenItsOwnEntryIsApplied() {
      pending.add(new EntryId(3, 10), future, 100);
      pending.applied(new EntryId(3, 9), "result");
      assertThat(told(future)).isNull();
      pending.applied(new EntryId(3, 10), "result");
      assertThat(told(future)).isInstanceOf(Done.class);
    }

    @Test
    void isNotDoneWhenAnotherEntryIsAppliedInItsPlace() {
      pending.add(new EntryId(3, 10), future, 100);
      pending.applied(new EntryId(4, 10), "result");
      assertThat(told(future)).isInstanceOf(NotDone.class);
    }

    @Test
    void isNotDoneWhenThisLeaderHasReplacedItItself() {
      pending.add(new EntryId(3, 10), future, 100);
      CompletableFuture<Outcome<Object>> newer = new CompletableFuture<>();
      pending.add(new EntryId(5, 10), newer, 100);
      assertThat(told(future)).isInstanceOf(NotDone.class);
      assertThat(told(newer)).isNull();
    }

    @Test
    void isUnknownBehindASnapshotAndAtItsDeadline() {
      pending.add(new EntryId(3, 10), future, 100);
      CompletableFuture<Outcome<Object>> later = new CompletableFuture<>();
      pending.add(new EntryId(3, 11), later, 100);
      pending.replaced(10);
      assertThat(told(future)).isInstanceOf(Unknown.class);
      assertThat(told(later)).isNull();
      pending.expire(100);
      assertThat(told(later)).isInstanceOf(Unknown.class);
    }
  }

  @Nested
  class Reads {
    private static final long FIRST = 1_000;
    private final PendingReads pending = new PendingReads(completions, 50, FIRST);
    private final CompletableFuture<Outcome<Long>> future = new CompletableFuture<>();
    private final List<Long> asked = new ArrayList<>();

    private boolean ask(long context) {
      asked.add(context);
      return true;
    }

    @Test
    void allThatWaitShareARound() {
      pending.add(future, 100);
      CompletableFuture<Outcome<Long>> other = new CompletableFuture<>();
      pending.add(other, 100);
      pending.ask(0, this::ask);
      pending.ask(0, this::ask);
      assertThat(asked).hasSize(1);
      pending.confirmed(new ReadState(5, asked.get(0)));
      pending.applied(4);
      assertThat(told(future)).isNull();
      pending.applied(5);
      assertThat(told(future)).isEqualTo(new Done<>(5L));
      assertThat(told(other)).isEqualTo(new Done<>(5L));
    }

    @Test
    void anIndexIsAwaitedWithoutAsking() {
      pending.addConfirmed(5, future, 100);
      CompletableFuture<Outcome<Long>> late = new CompletableFuture<>();
      pending.addConfirmed(6, late, 100);
      pending.ask(0, this::ask);
      assertThat(asked).isEmpty();
      pending.applied(5);
      assertThat(told(future)).isEqualTo(new Done<>(5L));
      pending.expire(99);
      assertThat(told(late)).isNull();
      pending.expire(100);
      assertThat(told(late)).isInstanceOf(NotDone.class);
    }

    @Test
    void goesOnWaitingWhileNoLeaderIsKnownUntilItsDeadline() {
      pending.add(future, 100);
      pending.ask(0, context -> false);
      pending.expire(99);
      assertThat(told(future)).isNull();
      pending.expire(100);
      assertThat(told(future)).isInstanceOf(NotDone.class);
    }

    @Test
    void asksAgainWhenARoundIsLostAndTakesNoAnswerToTheOldOne() {
      pending.add(future, 1_000);
      pending.ask(0, this::ask);
      pending.expire(50);
      pending.ask(50, this::ask);
      assertThat(asked).hasSize(2);
      pending.confirmed(new ReadState(5, asked.get(0)));
      pending.applied(9);
      assertThat(told(future)).isNull();
      pending.confirmed(new ReadState(6, asked.get(1)));
      pending.applied(9);
      assertThat(told(future)).isEqualTo(new Done<>(6L));
    }

    @Test
    void keepsItsDeadlineWhileARoundIsUnderWayAndWhileItsIndexIsAwaited() {
      pending.add(future, 60);
      pending.ask(40, this::ask);
      pending.expire(60);
      assertThat(told(future)).isInstanceOf(NotDone.class);
      CompletableFuture<Outcome<Long>> other = new CompletableFuture<>();
      pending.add(other, 90);
      pending.ask(70, this::ask);
      pending.confirmed(new ReadState(5, asked.get(1)));
      pending.expire(90);
      assertThat(told(other)).isInstanceOf(NotDone.class);
    }

    @Test
    void countsRoundsFromWhereItIsTold() {
      pending.add(future, 60);
      pending.ask(0, this::ask);
      assertThat(asked).containsExactly(FIRST + 1);
    }
  }

  @Nested
  class Membership {
    private final PendingEntries entries = new PendingEntries(completions);
    private long seated;
    private final MembershipQueue queue =
        new MembershipQueue(
            completions, entries, () -> ConfState.ofVoters(1L, 2L), member -> member == seated, 10);
    private final CompletableFuture<Outcome<Object>> first = new CompletableFuture<>();
    private final CompletableFuture<Outcome<Object>> second = new CompletableFuture<>();
    private final List<ConfChange> proposed = new ArrayList<>();

    private ProposeResult accept(ConfChange change) {
      proposed.add(change);
      EntryId at = new EntryId(3, proposed.size());
      return new ProposeResult.Accepted(at, at);
    }

    private void addBoth() {
      queue.add(ConfChange.LEAVE_JOINT, 0, Optional::empty, first, 100);
      queue.add(ConfChange.LEAVE_JOINT, 0, Optional::empty, second, 100);
    }

    @Test
    void oneChangeIsUnderWayAtATime() {
      addBoth();
      queue.proposeFirst(0, this::accept);
      queue.proposeFirst(0, this::accept);
      assertThat(proposed).hasSize(1);
      queue.changeApplied();
      queue.proposeFirst(0, this::accept);
      assertThat(proposed).hasSize(2);
    }

    @Test
    void whatSpeaksAgainstAChangeIsAskedWhenItsTurnHasCome() {
      SeatResult.Refused needed = new SeatResult.Refused(ErrorCode.SEAT_NEEDED, "needed");
      AtomicReference<Optional<SeatResult.Refused>> obstacle =
          new AtomicReference<>(Optional.empty());
      queue.add(ConfChange.LEAVE_JOINT, 0, obstacle::get, first, 100);
      queue.add(ConfChange.LEAVE_JOINT, 0, obstacle::get, second, 100);
      queue.proposeFirst(0, this::accept);
      obstacle.set(Optional.of(needed));
      queue.changeApplied();
      queue.proposeFirst(0, this::accept);
      assertThat(proposed).hasSize(1);
      assertThat(told(second)).isEqualTo(new Outcome.Done<>(needed));
    }

    @Test
    void aChangeAtABadMomentIsTriedAgainAfterAWhile() {
      addBoth();
      queue.proposeFirst(
          0, change -> new ProposeResult.Refused(new EntryId(3, 1), ConfChangeRefusal.PENDING));
      queue.proposeFirst(9, this::accept);
      assertThat(proposed).isEmpty();
      queue.proposeFirst(10, this::accept);
      assertThat(proposed).hasSize(1);
      assertThat(told(first)).isNull();
    }

    @Test
    void allAreSentAwayWhenThisPeerDoesNotLead() {
      addBoth();
      queue.proposeFirst(0, change -> new ProposeResult.NotLeader(OptionalLong.empty()));
      assertThat(told(first)).isInstanceOf(NotDone.class);
      assertThat(told(second)).isInstanceOf(NotDone.class);
    }

    @Test
    void aNewLeadershipIsNotHeldUpByAChangeOfTheOldOne() {
      addBoth();
      queue.proposeFirst(0, this::accept);
      queue.leadershipBegan();
      queue.proposeFirst(0, this::accept);
      assertThat(proposed).hasSize(2);
    }

    /**
     * It asked again under another id, say, while the change that gives it a seat was under way.
     */
    @Test
    void aLearnerThatWasGivenASeatMeanwhileDoesNotLeaveWithoutIt() {
      ConfChange again =
          ConfChange.of(
              new byte[0], new Step(StepType.REMOVE, 2), new Step(StepType.ADD_LEARNER, 3));
      queue.add(again, 0, Optional::empty, first, 100);
      ConfChange leaves = ConfChange.of(new byte[0], new Step(StepType.REMOVE, 2));
      queue.add(leaves, 2, Optional::empty, second, 100);
      seated = 2;
      queue.proposeFirst(0, this::accept);
      assertThat(told(first)).isInstanceOf(NotDone.class);
      queue.proposeFirst(0, this::accept);
      assertThat(proposed).as("with its seat it may").hasSize(1);
      assertThat(told(second)).isNull();
    }

    @Test
    void whoWaitsTooLongIsSentAway() {
      addBoth();
      queue.proposeFirst(0, this::accept);
      queue.expire(100);
      assertThat(told(first)).as("that one is under way").isNull();
      assertThat(told(second)).isInstanceOf(NotDone.class);
    }

    @Test
    void theQueueHasABound() {
      List<CompletableFuture<Outcome<Object>>> all = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        all.add(new CompletableFuture<>());
        queue.add(ConfChange.LEAVE_JOINT, 0, Optional::empty, all.get(i), 100);
      }
      completions.flush();
      assertThat(all.stream().filter(CompletableFuture::isDone)).hasSize(300 - 256);
    }
  }

  @Nested
  class Time {
    private long monotonic = 50;
    private long wall = 1_000_000;
    private final ClusterClock clock = new ClusterClock(() -> monotonic, () -> wall);

    @Test
    void beginsWithTheWallClockAndRunsOnWithoutIt() {
      assertThat(clock.nowMillis()).isEqualTo(1_000_000);
      assertThat(clock.stamp()).isEqualTo(1_000_000);
      wall = 9_000_000;
      monotonic += 10;
      assertThat(clock.stamp()).isEqualTo(1_000_010);
      wall = 0;
      assertThat(clock.nowMillis()).isEqualTo(1_000_010);
    }

    @Test
    void continuesFromTheNewestStampOfTheLog() {
      clock.observe(500);
      assertThat(clock.nowMillis()).isEqualTo(500);
      monotonic += 100;
      clock.observe(550);
      assertThat(clock.nowMillis()).as("an old stamp does not set it back").isEqualTo(600);
      clock.observe(700);
      assertThat(clock.nowMillis()).isEqualTo(700);
    }

    @Test
    void noStampIsNoTime() {
      clock.observe(0);
      assertThat(clock.nowMillis()).isEqualTo(1_000_000);
    }

    @Test
    void showsTheWallClockAndJumpsOnlyWhenTheTwoHaveParted() {
      clock.observe(400_000);
      assertThat(clock.shownOffsetMillis()).isEqualTo(600_000);
      wall += 400;
      assertThat(clock.shownOffsetMillis()).isEqualTo(600_000);
      wall += 200;
      assertThat(clock.shownOffsetMillis()).isEqualTo(600_600);
    }
  }
}
