package dev.understudy.peer.driver;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The commands of this peer that are on their way: proposed, not yet applied here.
 *
 * <p>A command is proposed for one term: a leader takes a forwarded one only in the term it was
 * sent for. So once an entry of a later term is applied, a command that was not applied before it
 * never will be, and may be proposed again without being done twice. The same is true once the
 * leader says that it has refused it in that term, since there is no second copy of it.
 *
 * <p>For the driver's thread only.
 */
final class PendingProposals implements Waiters {
  private record Pending(Proposal proposal, long term, long leader) {}

  private final Map<Long, Pending> bySequence = new LinkedHashMap<>();
  private volatile int waiting;
  private volatile long failed;
  private final Completions completions;

  PendingProposals(Completions completions) {
    this.completions = completions;
  }

  int size() {
    return bySequence.size();
  }

  /**
   * @param term the only term in which the command can come into the log; not one in which it was
   *     proposed before
   * @param leader the only member that can put it there
   */
  void add(Proposal proposal, long term, long leader) {
    bySequence.put(proposal.sequence(), new Pending(proposal, term, leader));
  }

  /**
   * Takes out a command that the leader says it has not taken; empty when it waits no more, or was
   * proposed again in another term: then it is not the copy that was refused.
   */
  Optional<Proposal> takeRefused(long sequence, long term, long leader) {
    Pending pending = bySequence.get(sequence);
    if (pending == null || pending.term() != term || pending.leader() != leader) {
      return Optional.empty();
    }
    bySequence.remove(sequence);
    return Optional.of(pending.proposal());
  }

  /** Answers the command if it is one of ours that still waits. */
  void answer(long sequence, Outcome<Object> outcome) {
    Pending pending = bySequence.remove(sequence);
    if (pending != null) {
      completions.add(pending.proposal().future(), outcome);
    }
  }

  /**
   * Hands over what is certainly lost, to be proposed again.
   *
   * @param appliedTerm the term of an entry that is being applied, everything before it being
   *     applied
   */
  void moveLost(long appliedTerm, RetryQueue to) {
    Iterator<Pending> all = bySequence.values().iterator();
    while (all.hasNext()) {
      Pending pending = all.next();
      if (Long.compareUnsigned(pending.term(), appliedTerm) < 0) {
        all.remove();
        to.add(pending.proposal(), pending.term());
      }
    }
  }

  /**
   * The state was replaced by a snapshot's: whatever was proposed up to its term may be in it, or
   * may be lost, and nobody can tell any more.
   */
  void replaced(long snapshotTerm) {
    Iterator<Pending> all = bySequence.values().iterator();
    while (all.hasNext()) {
      Pending pending = all.next();
      if (Long.compareUnsigned(pending.term(), snapshotTerm) <= 0) {
        all.remove();
        unknown(
            pending.proposal(),
            "this peer fell behind and took over a snapshot; whether it was applied is unknown");
      }
    }
  }

  @Override
  public void expire(long nowMillis) {
    Iterator<Pending> all = bySequence.values().iterator();
    while (all.hasNext()) {
      Proposal proposal = all.next().proposal();
      if (proposal.deadlineMillis() <= nowMillis) {
        all.remove();
        unknown(
            proposal,
            "request timed out, possibly due to leader failure or lost connection; whether it was"
                + " applied is unknown");
      }
    }
    waiting = bySequence.size();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by the driver's thread alone
  private void unknown(Proposal proposal, String cause) {
    failed++;
    completions.add(proposal.future(), new Outcome.Unknown<>(cause));
  }

  /** How many waited at the last tick. Any thread. */
  int waiting() {
    return waiting;
  }

  /** Of how many nobody was told what became of them. Any thread. */
  long failed() {
    return failed;
  }

  @Override
  public void abandon(String cause) {
    bySequence.values().forEach(pending -> unknown(pending.proposal(), cause));
    bySequence.clear();
  }
}
