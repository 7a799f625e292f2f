package dev.understudy.raft;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the core needs back when a {@link Ready} is acknowledged. Opaque to drivers, immutable, and
 * equal to itself alone: two Readys with the same content are acknowledged one by one.
 */
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

  /** The number of a Ready that has nothing for the storage, or nothing to apply. */
  static final long UNNUMBERED = 0;

  private final long storageNumber;
  private final long applyNumber;
  private final List<Message> waiting;
  private final List<Message> messagesToSelf;
  private final Optional<Persisted> persisted;

  ReadyAck(
      long storageNumber,
      long applyNumber,
      List<Message> waiting,
      List<Message> messagesToSelf,
      Optional<Persisted> persisted) {
    this.storageNumber = storageNumber;
    this.applyNumber = applyNumber;
    this.waiting = Objects.requireNonNull(waiting);
    this.messagesToSelf = Objects.requireNonNull(messagesToSelf);
    this.persisted = Objects.requireNonNull(persisted);
  }

  /** The place of the Ready, from 1, among those that go through the storage. */
  long storageNumber() {
    return storageNumber;
  }

  /** The place of the Ready, from 1, among those that have entries to apply. */
  long applyNumber() {
    return applyNumber;
  }

  /** All messages that wait for the disk, in the order in which they were sent. */
  List<Message> waiting() {
    return waiting;
  }

  /** Those of them that the core addresses to itself: its own vote, its own acknowledgement. */
  List<Message> messagesToSelf() {
    return messagesToSelf;
  }

  /** What the log learns from the acknowledgement. */
  Optional<Persisted> persisted() {
    return persisted;
  }
}
