package dev.understudy.wal;

/** What became of a call to {@link Wal#append}. */
public enum AppendOutcome {
  /** The batch is in the queue; its callback runs once it is durable. */
  ACCEPTED,
  /** The queue is full. Nothing was taken; offer the batch again after the next callback. */
  FULL,
  /** The log has failed or is closed. Nothing was taken and nothing will be, ever again. */
  REFUSED
}
