package dev.understudy.peer.driver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands of this peer that are certainly in no log, and wait to be proposed again.
 *
 * <p>For one that was proposed, that is done in a later term only, never twice in one: a refusal
 * names a command by its number and a term, and must not be taken for the refusal of another copy.
 * Nor would the one that has just refused take it any sooner; both would be busy with nothing else.
 *
 * <p>For the driver's thread only.
 */
final class RetryQueue implements Waiters {
  /**
   * @param firstTerm the first in which it may be proposed
   * @param answer what is said when its time is over
   */
  private record Waiting(
      Proposal proposal, long firstTerm, long untilMillis, Outcome<Object> answer) {}

  private final Map<Long, Waiting> bySequence = new LinkedHashMap<>();
  private final Completions completions;

  RetryQueue(Completions completions) {
    this.completions = completions;
  }

  int size() {
    return bySequence.size();
  }

  /**
   * @param refusedTerm the last term in which it was proposed
   */
  void add(Proposal proposal, long refusedTerm) {
    put(new Waiting(proposal, refusedTerm + 1, proposal.deadlineMillis(), Rejections.NOT_TAKEN));
  }

  /**
   * Adds what nobody was there to take, for a moment: usually somebody leads in the next.
   *
   * @param term the present one, in which it was not proposed to anybody
   * @param untilMillis when to give up, if that is before its deadline
   * @param answer what to say then
   */
  void hold(Proposal proposal, long term, long untilMillis, Outcome<Object> answer) {
    put(new Waiting(proposal, term, Math.min(untilMillis, proposal.deadlineMillis()), answer));
  }

  private void put(Waiting waiting) {
    bySequence.put(waiting.proposal().sequence(), waiting);
  }

  /** Those that may be proposed in a term, at most so many. They stay here. */
  List<Proposal> due(long term, int max) {
    List<Proposal> due = new ArrayList<>();
    for (Waiting waiting : bySequence.values()) {
      if (due.size() == max) {
        break;
      }
      if (Long.compareUnsigned(waiting.firstTerm(), term) <= 0) {
        due.add(waiting.proposal());
      }
    }
    return due;
  }

  void remove(Collection<Proposal> proposals) {
    proposals.forEach(proposal -> bySequence.remove(proposal.sequence()));
  }

  @Override
  public void expire(long nowMillis) {
    Iterator<Waiting> all = bySequence.values().iterator();
    while (all.hasNext()) {
      Waiting waiting = all.next();
      if (waiting.untilMillis() <= nowMillis) {
        all.remove();
        completions.add(waiting.proposal().future(), waiting.answer());
      }
    }
  }

  /** All are certainly in no log, whatever the cause. */
  @Override
  public void abandon(String cause) {
    bySequence
        .values()
        .forEach(waiting -> completions.add(waiting.proposal().future(), Rejections.stopping()));
    bySequence.clear();
  }
}
