package dev.understudy.raft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes Readys out of what has changed since the last one, and takes their acknowledgements. The
 * fields {@code last…} are what the last Ready said.
 */
final class ReadyQueue {
  private final RaftState state;
  private final boolean async;
  private long lastTerm;
  private long lastVote;
  private long lastCommit;
  private long lastLeader;
  private Role lastRole = Role.FOLLOWER;
  private long storageTaken;
  private long storageDone;
  private long applyTaken;
  private long applyDone;
  private ReadyAck outstanding;

  /** What the member starts with counts as handed out. */
  ReadyQueue(RaftState state) {
    this.state = state;
    this.async = state.config.asyncStorageWrites();
    rememberHardState();
  }

  boolean hasReady() {
    return softStateChanged()
        || hardStateChanged()
        || !state.outbox.isEmpty()
        || state.log.unstable().hasNextSnapshot()
        || state.log.unstable().hasNextEntries()
        || state.log.hasNextCommitted(!async);
  }

  Ready take() {
    Check.that(async || outstanding == null, "the last Ready has not been acknowledged");
    Unstable unstable = state.log.unstable();
    List<Entry> persist = unstable.nextEntries();
    Optional<Snapshot> snapshot = unstable.nextSnapshot();
    List<Entry> apply = state.log.nextCommitted(!async);
    List<Message> waiting = state.outbox.takeOncePersisted();
    Optional<HardState> hardState =
        hardStateChanged() ? Optional.of(state.hardState()) : Optional.empty();
    boolean needsStorage =
        hardState.isPresent() || !persist.isEmpty() || snapshot.isPresent() || !waiting.isEmpty();
    ReadyAck ack =
        new ReadyAck(
            needsStorage ? ++storageTaken : ReadyAck.UNNUMBERED,
            apply.isEmpty() ? ReadyAck.UNNUMBERED : ++applyTaken,
            waiting,
            addressed(waiting, true),
            persisted(snapshot));
    Ready ready =
        new Ready(
            softStateChanged()
                ? Optional.of(new SoftState(state.leader, state.role()))
                : Optional.empty(),
            hardState,
            persist,
            snapshot,
            !persist.isEmpty() || state.term != lastTerm || state.vote != lastVote,
            state.outbox.takeNow(),
            addressed(waiting, false),
            apply,
            state.outbox.takeReads(),
            ack);
    accept(ready);
    return ready;
  }

  private void accept(Ready ready) {
    lastLeader = state.leader;
    lastRole = state.role();
    rememberHardState();
    state.log.unstable().acceptInProgress();
    List<Entry> apply = ready.apply();
    if (!apply.isEmpty()) {
      long last = apply.get(apply.size() - 1).index();
      state.log.acceptApplying(last, Entry.sizeOf(apply), !async);
    }
    if (!async) {
      outstanding = ready.ack();
    }
  }

  /** Acknowledges that the last Ready is durable and applied. */
  void advance(Ready ready) {
    Check.that(!async, "with asynchronous storage use persisted and applied");
    Check.that(
        ready.ack().equals(outstanding), "only the last Ready can be acknowledged, and only once");
    outstanding = null;
    takePersisted(ready);
    takeApplied(ready);
  }

  void persisted(Ready ready) {
    Check.that(async, "without asynchronous storage use advance");
    Check.that(ready.ack().storageNumber() == ++storageDone, "Readys are persisted in their order");
    takePersisted(ready);
  }

  void applied(Ready ready) {
    Check.that(async, "without asynchronous storage use advance");
    Check.that(ready.ack().applyNumber() == ++applyDone, "Readys are applied in their order");
    takeApplied(ready);
  }

  private void takePersisted(Ready ready) {
    List<Message> own = ready.ack().messagesToSelf();
    for (int i = 0; i < own.size(); i++) {
      state.step(own.get(i));
    }
    if (ready.ack().persisted().isPresent()) {
      state.persisted(ready.ack().persisted().get());
    }
  }

  private void takeApplied(Ready ready) {
    List<Entry> apply = ready.apply();
    if (!apply.isEmpty()) {
      state.appliedTo(apply.get(apply.size() - 1).index(), Entry.sizeOf(apply));
      if (state.behaviour() instanceof Leader leading) {
        leading.reduceUncommitted(Entry.payloadSizeOf(apply));
      }
    }
  }

  /** What will be known once the Ready that is being taken is durable. */
  private Optional<ReadyAck.Persisted> persisted(Optional<Snapshot> snapshot) {
    boolean allStable = state.log.unstable().isEmpty();
    if (allStable && snapshot.isEmpty()) {
      return Optional.empty();
    }
    // Everything that is not durable counts, not only what this Ready brings: an earlier
    // acknowledgement may be ignored because the term has changed since.
    EntryId last = allStable ? EntryId.ZERO : state.log.last();
    return Optional.of(new ReadyAck.Persisted(state.term, last, snapshot));
  }

  /** Those messages that go to this member itself, or those that do not. */
  private List<Message> addressed(List<Message> messages, boolean self) {
    int count = 0;
    for (int i = 0; i < messages.size(); i++) {
      count += (messages.get(i).to() == state.id) == self ? 1 : 0;
    }
    if (count == messages.size()) {
      return messages;
    }
    if (count == 0) {
      return List.of();
    }
    List<Message> chosen = new ArrayList<>(count);
    for (int i = 0; i < messages.size(); i++) {
      if ((messages.get(i).to() == state.id) == self) {
        chosen.add(messages.get(i));
      }
    }
    return chosen;
  }

  private void rememberHardState() {
    lastTerm = state.term;
    lastVote = state.vote;
    lastCommit = state.log.committed();
  }

  private boolean softStateChanged() {
    return state.leader != lastLeader || state.role() != lastRole;
  }

  private boolean hardStateChanged() {
    return state.term != lastTerm || state.vote != lastVote || state.log.committed() != lastCommit;
  }
}
