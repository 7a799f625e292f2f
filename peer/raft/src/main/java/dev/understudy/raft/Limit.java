package dev.understudy.raft;

/** A limit of a size, in bytes, or of a count; each with its default and the reason for it. */
public enum Limit {
  /**
   * Entries in one append message; at least one entry is always sent. 1 MiB amortizes the costs of
   * a message and does not hold up heartbeats for long.
   */
  MESSAGE_BYTES(0, 1L << 20),

  /**
   * Append messages to one member that it has not acknowledged. 256 fill a link of 100 ms round
   * trip at 2,500 messages a second.
   */
  INFLIGHT_MESSAGES(1, 256),

  /**
   * Payload in such messages; may be overshot by one message. 64 MiB are what a slow member may pin
   * in memory.
   */
  INFLIGHT_BYTES(1, 64L << 20),

  /**
   * Payload that a leader has appended and not yet seen applied; beyond, proposals are refused. 128
   * MiB are the most that a leader without a quorum collects.
   */
  UNCOMMITTED_BYTES(1, 128L << 20),

  /**
   * Entries handed out to be applied and not acknowledged. Batches of 16 MiB keep the applying
   * thread responsive.
   */
  APPLYING_BYTES(1, 16L << 20),

  /** Read requests that a leader has not answered yet. 10,000 are more than clients wait with. */
  PENDING_READS(1, 10_000);

  /** No limit. */
  public static final long NONE = Long.MAX_VALUE;

  private final long least;
  private final long byDefault;

  Limit(long least, long byDefault) {
    this.least = least;
    this.byDefault = byDefault;
  }

  /** The least value that makes sense. */
  public long least() {
    return least;
  }

  /** The value unless another is given. */
  public long byDefault() {
    return byDefault;
  }
}
