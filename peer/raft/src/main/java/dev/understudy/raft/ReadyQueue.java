package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes Readys, and knows what has been handed out before. */
final class ReadyQueue {
  private final RaftState node;
  private final boolean async;
  private long givenTerm;
  private long givenVote;
  private long givenCommit;
  private long givenLeader;
  private Role givenRole = Role.FOLLOWER;
  private long storageGiven;
  private long storageDone;
  private long applyGiven;
  private long applyDone;
  private ReadyAck outstanding;

  /** What the node begins with counts as handed out. */
  ReadyQueue(RaftState node) {
    this.node = node;
    this.async = node.config.asyncStorageWrites();
    noteHardState();
  }

  boolean hasReady() {
    return softStateChanged()
        || hardStateChanged()
        || !node.outbox.isEmpty()
        || node.log.unstable().hasNextSnapshot()
        || node.log.unstable().hasNextEntries()
        || node.log.hasNextCommitted(!async);
  }

  Ready take() {
    Check.that(async || outstanding == null, "the last Ready has not been acknowledged");
    Unstable unstable = node.log.unstable();
    List<Entry> persist = unstable.nextEntries();
    Optional<Snapshot> snapshot = unstable.nextSnapshot();
    List<Entry> apply = node.log.nextCommitted(!async);
    List<Message> waiting = node.outbox.takeOncePersisted();
    ReadyAck receipt = receipt(waiting, snapshot);
    Ready ready =
        new Ready(
            softStateChanged()
                ? Optional.of(new SoftState(node.leader, node.role()))
                : Optional.empty(),
            hardStateChanged() ? Optional.of(node.hardState()) : Optional.empty(),
            persist,
            snapshot,
            !persist.isEmpty() || node.term != givenTerm || node.vote != givenVote,
            node.outbox.takeNow(),
            withRecipient(waiting, false),
            apply,
            node.outbox.takeReads(),
            receipt);
    if (ready.needsStorage()) {
      receipt.setStorageNumber(++storageGiven);
    }
    if (ready.needsApply()) {
      receipt.setApplyNumber(++applyGiven);
    }
    accept(ready);
    return ready;
  }

  private void accept(Ready ready) {
    givenLeader = node.leader;
    givenRole = node.role();
    noteHardState();
    node.log.unstable().acceptInProgress();
    List<Entry> apply = ready.apply();
    if (!apply.isEmpty()) {
      long last = apply.get(apply.size() - 1).index();
      node.log.acceptApplying(last, Sizes.ofEntries(apply), !async);
    }
    if (!async) {
      outstanding = ready.receipt();
    }
  }

  /** Tells the node that the last Ready is durable and applied. */
  void advance(Ready ready) {
    Check.that(!async, "with asynchronous storage use persisted and applied");
    Check.that(
        ready.receipt().equals(outstanding),
        "only the last Ready can be acknowledged, and only once");
    outstanding = null;
    takePersisted(ready);
    takeApplied(ready);
  }

  void persisted(Ready ready) {
    Check.that(async, "without asynchronous storage use advance");
    Check.that(
        ready.receipt().storageNumber() == ++storageDone, "Readys are persisted in their order");
    takePersisted(ready);
  }

  void applied(Ready ready) {
    Check.that(async, "without asynchronous storage use advance");
    Check.that(ready.receipt().applyNumber() == ++applyDone, "Readys are applied in their order");
    takeApplied(ready);
  }

  private void takePersisted(Ready ready) {
    List<Message> own = ready.receipt().messagesToSelf();
    for (int i = 0; i < own.size(); i++) {
      node.step(own.get(i));
    }
    if (ready.receipt().persisted().isPresent()) {
      node.persisted(ready.receipt().persisted().get());
    }
  }

  private void takeApplied(Ready ready) {
    List<Entry> apply = ready.apply();
    if (!apply.isEmpty()) {
      node.appliedTo(apply.get(apply.size() - 1).index(), Sizes.ofEntries(apply));
      if (node.behaviour() instanceof Leader leading) {
        leading.reduceUncommitted(Sizes.ofPayloads(apply));
      }
    }
  }

  private ReadyAck receipt(List<Message> waiting, Optional<Snapshot> snapshot) {
    Unstable unstable = node.log.unstable();
    Optional<ReadyAck.Persisted> persisted = Optional.empty();
    if (!unstable.isEmpty() || snapshot.isPresent()) {
      // Everything that is not durable counts, not only what this Ready brings: an earlier
      // acknowledgement may be ignored because the term has changed since.
      EntryId last = unstable.isEmpty() ? EntryId.ZERO : node.log.last();
      persisted = Optional.of(new ReadyAck.Persisted(node.term, last, snapshot));
    }
    return new ReadyAck(waiting, withRecipient(waiting, true), persisted);
  }

  /** Those messages that go to this member itself, or those that do not. */
  private List<Message> withRecipient(List<Message> messages, boolean self) {
    int count = 0;
    for (int i = 0; i < messages.size(); i++) {
      count += (messages.get(i).to() == node.id) == self ? 1 : 0;
    }
    if (count == messages.size()) {
      return messages;
    }
    if (count == 0) {
      return List.of();
    }
    List<Message> chosen = new ArrayList<>(count);
    for (int i = 0; i < messages.size(); i++) {
      if ((messages.get(i).to() == node.id) == self) {
        chosen.add(messages.get(i));
      }
    }
    return chosen;
  }

  private void noteHardState() {
    givenTerm = node.term;
    givenVote = node.vote;
    givenCommit = node.log.committed();
  }

  private boolean softStateChanged() {
    return node.leader != givenLeader || node.role() != givenRole;
  }

  private boolean hardStateChanged() {
    return node.term != givenTerm || node.vote != givenVote || node.log.committed() != givenCommit;
  }
}
