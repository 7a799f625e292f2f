package dev.understudy.peer.driver;

import dev.understudy.raft.ReadState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongPredicate;

/**
 * Linearizable reads on their way: asked, confirmed by a quorum, waiting for their index to be
 * applied (ReadIndex, §6.4 of Ongaro's thesis). All reads that wait when a round begins share it.
 *
 * <p>For the driver's thread only.
 */
final class PendingReads implements Waiters {
  private record Read(CompletableFuture<Outcome<Long>> future, long deadlineMillis) {}

  private record Round(List<Read> reads, long askedMillis) {}

  private final Completions completions;
  private final long askAgainMillis;

  private List<Read> waiting = new ArrayList<>();
  private final Map<Long, Round> asked = new LinkedHashMap<>();
  private final Map<Long, List<Read>> confirmed = new LinkedHashMap<>();
  private long lastContext;

  /**
   * @param askAgainMillis after this long without an answer a round counts as lost, since neither
   *     requests nor answers are repeated by the core
   * @param firstContext rounds are counted from here; random, since a late answer to a round of an
   *     earlier life of this member, with an index too old, must not be taken for one of this life
   */
  PendingReads(Completions completions, long askAgainMillis, long firstContext) {
    this.completions = completions;
    this.askAgainMillis = askAgainMillis;
    this.lastContext = firstContext;
  }

  boolean isEmpty() {
    return waiting.isEmpty() && asked.isEmpty() && confirmed.isEmpty();
  }

  void add(CompletableFuture<Outcome<Long>> future, long deadlineMillis) {
    waiting.add(new Read(future, deadlineMillis));
  }

  /** As if a quorum had confirmed the index already. */
  void addConfirmed(long index, CompletableFuture<Outcome<Long>> future, long deadlineMillis) {
    confirmed
        .computeIfAbsent(index, any -> new ArrayList<>())
        .add(new Read(future, deadlineMillis));
  }

  /**
   * Asks for all who wait.
   *
   * @param ask begins a round under a number; false when no leader is known, then they go on
   *     waiting
   */
  void ask(long nowMillis, LongPredicate ask) {
    if (!waiting.isEmpty() && ask.test(lastContext + 1)) {
      lastContext++;
      asked.put(lastContext, new Round(waiting, nowMillis));
      waiting = new ArrayList<>();
    }
  }

  /** All rounds under way are lost, as another leader is to be asked than before. */
  void askAgain() {
    asked.values().forEach(round -> waiting.addAll(round.reads()));
    asked.clear();
  }

  /** The core has an answer to a round. */
  void confirmed(ReadState state) {
    Round round = asked.remove(state.context());
    if (round != null) {
      confirmed.computeIfAbsent(state.index(), index -> new ArrayList<>()).addAll(round.reads());
    }
  }

  /** Answers every confirmed read whose index is applied. */
  void applied(long appliedIndex) {
    if (confirmed.isEmpty()) {
      return;
    }
    Iterator<Map.Entry<Long, List<Read>>> each = confirmed.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Long, List<Read>> entry = each.next();
      if (entry.getKey() <= appliedIndex) {
        entry
            .getValue()
            .forEach(read -> completions.add(read.future(), new Outcome.Done<>(entry.getKey())));
        each.remove();
      }
    }
  }

  /** Asks again for rounds that seem lost, and gives up on reads whose deadline has passed. */
  @Override
  public void expire(long nowMillis) {
    Iterator<Round> rounds = asked.values().iterator();
    while (rounds.hasNext()) {
      Round round = rounds.next();
      if (nowMillis - round.askedMillis() >= askAgainMillis) {
        rounds.remove();
        waiting.addAll(round.reads());
      }
    }
    waiting.removeIf(read -> expired(read, nowMillis));
    asked.values().forEach(round -> round.reads().removeIf(read -> expired(read, nowMillis)));
    confirmed.values().forEach(reads -> reads.removeIf(read -> expired(read, nowMillis)));
  }

  private boolean expired(Read read, long nowMillis) {
    if (read.deadlineMillis() > nowMillis) {
      return false;
    }
    completions.add(
        read.future(),
        new Outcome.NotDone<>(
            Outcome.Reason.NO_LEADER, "no quorum has confirmed the read in time"));
    return true;
  }

  /** All are certainly not confirmed, whatever the cause. */
  @Override
  public void abandon(String cause) {
    List<Read> all = new ArrayList<>(waiting);
    asked.values().forEach(round -> all.addAll(round.reads()));
    confirmed.values().forEach(all::addAll);
    all.forEach(
        read ->
            completions.add(
                read.future(),
                new Outcome.NotDone<>(Outcome.Reason.STOPPING, "this peer is stopping")));
    waiting.clear();
    asked.clear();
    confirmed.clear();
  }
}
