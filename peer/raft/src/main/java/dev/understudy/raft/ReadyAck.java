package dev.understudy.raft;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the core wants to have back when a {@link Ready} is acknowledged. Opaque to drivers. */
public final class ReadyAck {
  /**
   * What becomes known when a Ready is durable. Fixed when the Ready is taken: by the time of the
   * acknowledgement the log may have been overwritten in a later term.
   *
   * @param term the term in which the Ready was taken
   * @param last the last entry of the whole log at that time; index 0 if everything was durable
   * @param snapshot the Ready's snapshot
   */
  record Persisted(long term, EntryId last, Optional<Snapshot> snapshot) {}

  private final List<Message> withOwn;
  private final List<Message> messagesToSelf;
  private final Optional<Persisted> persisted;
  private long storageNumber;
  private long applyNumber;

  ReadyAck(List<Message> withOwn, List<Message> messagesToSelf, Optional<Persisted> persisted) {
    this.withOwn = Objects.requireNonNull(withOwn);
    this.messagesToSelf = Objects.requireNonNull(messagesToSelf);
    this.persisted = Objects.requireNonNull(persisted);
  }

  /** All messages that wait for the disk in the order in which they were made. */
  List<Message> waiting() {
    return withOwn;
  }

  /** Those of them that the core addresses to itself: its own vote, its own acknowledgement. */
  List<Message> messagesToSelf() {
    return messagesToSelf;
  }

  /** What is to be told to the log. */
  Optional<Persisted> persisted() {
    return persisted;
  }

  /** The place of the Ready among those that go through the storage. */
  long storageNumber() {
    return storageNumber;
  }

  void setStorageNumber(long number) {
    storageNumber = number;
  }

  /** The place of the Ready among those that have entries to apply. */
  long applyNumber() {
    return applyNumber;
  }

  void setApplyNumber(long number) {
    applyNumber = number;
  }
}
