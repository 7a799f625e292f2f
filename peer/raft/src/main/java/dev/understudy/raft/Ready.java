package dev.understudy.raft;

import java.util.List;
import java.util.Optional;

/**
 * What the driver owes after the core has been given something. All parts may be worked on at the
 * same time, except that
 *
 * <ul>
 *   <li>{@code sendOncePersisted} waits until hard state, entries and snapshot of this Ready
 *       <em>and of all earlier ones</em> are durable: a restart must not undo a vote or an
 *       acknowledgement;
 *   <li>the durable log is written in the order of the Readys, entries replacing what they overlap;
 *   <li>entries are applied in order, a snapshot before the entries of later Readys; entries of
 *       earlier Readys that wait when a snapshot is restored are covered by it, and are skipped but
 *       acknowledged.
 * </ul>
 *
 * @param softState role and leader, if they have changed
 * @param hardState to be made durable, if it has changed
 * @param persist entries to be made durable
 * @param snapshot replaces the log and the application's state
 * @param mustSync whether hard state and entries have to be on the disk, not only handed to it,
 *     before they are acknowledged: false for a commit index alone, which may be forgotten. A
 *     snapshot always has to be, even if this is false.
 * @param sendNow messages that may leave at once
 * @param sendOncePersisted messages that may leave once this Ready is durable
 * @param apply committed entries to be applied; with asynchronous storage always durable ones
 * @param reads answers to read requests
 * @param ack what the core needs back with the acknowledgement
 */
public record Ready(
    Optional<SoftState> softState,
    Optional<HardState> hardState,
    List<Entry> persist,
    Optional<Snapshot> snapshot,
    boolean mustSync,
    List<Message> sendNow,
    List<Message> sendOncePersisted,
    List<Entry> apply,
    List<ReadState> reads,
    ReadyAck ack) {
  /**
   * Whether this Ready has to go through the storage and be acknowledged by {@link
   * RaftCore#persisted}.
   */
  public boolean needsStorage() {
    return ack.storageNumber() != ReadyAck.UNNUMBERED;
  }

  /** Whether there is something to apply and to acknowledge by {@link RaftCore#applied}. */
  public boolean needsApply() {
    return ack.applyNumber() != ReadyAck.UNNUMBERED;
  }
}
