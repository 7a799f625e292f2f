package dev.understudy.peer.driver;

/**
 * How the driver paces itself and what it holds at most.
 *
 * @param tickMillis how long one tick of the core's logical clock lasts: the heartbeat interval
 * @param requestTimeoutMillis how long a request may stay without an outcome
 * @param maxPendingProposals proposals that may be on their way at once; one more is refused
 * @param maxQueuedMessages messages of other peers that may wait for a turn; one more is dropped
 * @param maxOutstandingWrites batches that may be with the log's thread before the driver takes no
 *     further work from the core
 * @param snapshotCount entries applied since the last snapshot that make a new one due
 * @param catchUpEntries entries kept in memory behind a snapshot, so that a follower which is a
 *     little behind needs no snapshot
 * @param maxTreeBytes what the key space may take in memory; at that, a leader takes no command
 *     that would make it larger
 * @param maxLogBytes what the log may take in memory; more makes a snapshot due, behind which half
 *     of it is kept for followers. At twice as much a leader takes no command that is larger than
 *     it must be
 */
public record DriverOptions(
    long tickMillis,
    long requestTimeoutMillis,
    int maxPendingProposals,
    int maxQueuedMessages,
    int maxOutstandingWrites,
    long snapshotCount,
    long catchUpEntries,
    long maxTreeBytes,
    long maxLogBytes) {
  /**
   * A tick of 100 ms and requests of 5 s + 2 election timeouts are etcd's. 8,192 proposals are more
   * than any number of clients that one peer can serve waits with. As many messages are what nine
   * peers may have in flight by flow control. A snapshot each 100,000 entries, as etcd 3.4 has it:
   * some seconds of full load. 5,000 entries are about a second of it.
   */
  public static final DriverOptions DEFAULT =
      new DriverOptions(100, 7_000, 8_192, 8_192, 256, 100_000, 5_000);

  /** Without bounds in bytes. */
  public DriverOptions(
      long tickMillis,
      long requestTimeoutMillis,
      int maxPendingProposals,
      int maxQueuedMessages,
      int maxOutstandingWrites,
      long snapshotCount,
      long catchUpEntries) {
    this(
        tickMillis,
        requestTimeoutMillis,
        maxPendingProposals,
        maxQueuedMessages,
        maxOutstandingWrites,
        snapshotCount,
        catchUpEntries,
        Long.MAX_VALUE / 2,
        Long.MAX_VALUE / 2);
  }

  /** The same with bounds in bytes. */
  public DriverOptions withMemory(long treeBytes, long logBytes) {
    return new DriverOptions(
        tickMillis,
        requestTimeoutMillis,
        maxPendingProposals,
        maxQueuedMessages,
        maxOutstandingWrites,
        snapshotCount,
        catchUpEntries,
        treeBytes,
        logBytes);
  }

  /** The same with another number of proposals. */
  public DriverOptions withMaxPendingProposals(int most) {
    return new DriverOptions(
        tickMillis,
        requestTimeoutMillis,
        most,
        maxQueuedMessages,
        maxOutstandingWrites,
        snapshotCount,
        catchUpEntries,
        maxTreeBytes,
        maxLogBytes);
  }

  public DriverOptions {
    if (tickMillis < 1
        || requestTimeoutMillis < 1
        || maxPendingProposals < 1
        || maxQueuedMessages < 1
        || maxOutstandingWrites < 1
        || snapshotCount < 1
        || catchUpEntries < 0
        || maxTreeBytes < 1
        || maxLogBytes < 1) {
      throw new IllegalArgumentException("times and counts must be positive: " + this);
    }
  }
}
