package dev.understudy.transport;

/**
 * The limits of the transport.
 *
 * @param maxQueuedMessages messages that may wait for one peer
 * @param maxQueuedBytes bytes that may wait for one peer, roughly
 * @param maxBatchBytes where coalescing messages into one frame stops, roughly
 * @param maxFrameBytes the largest frame that is sent or accepted
 * @param backOffMinMillis the first pause between attempts to connect
 * @param backOffMaxMillis the longest pause between attempts to connect
 * @param connectTimeoutMillis how long connecting, with the upgrade, may take
 * @param writeTimeoutMillis how long one frame may take to leave
 * @param pingIntervalMillis silence on a stream after which it is pinged
 * @param readTimeoutMillis silence on a stream after which it is given up
 * @param snapshotIdleTimeoutMillis how long a transfer may stand still; the receiver's fsync counts
 * @param snapshotTimeoutMillis how long a transfer may take as a whole
 * @param closeTimeoutMillis how long {@link Transport#close} waits for streams to end well
 * @param maxReceivedBytes bytes of frames that may be arriving on all streams together
 * @param strangerMillis how long a stream may last whose member is not known here
 * @param minSnapshotBytesPerSecond the least rate at which a snapshot has to arrive
 * @param maxStreams streams that others may have opened, one each
 */
public record TransportOptions(
    int maxQueuedMessages,
    long maxQueuedBytes,
    int maxBatchBytes,
    int maxFrameBytes,
    long backOffMinMillis,
    long backOffMaxMillis,
    long connectTimeoutMillis,
    long writeTimeoutMillis,
    long pingIntervalMillis,
    long readTimeoutMillis,
    long snapshotIdleTimeoutMillis,
    long snapshotTimeoutMillis,
    long closeTimeoutMillis,
    long maxReceivedBytes,
    long strangerMillis,
    long minSnapshotBytesPerSecond,
    int maxStreams) {
  /**
   * A queue of 4,096 messages holds several times what Raft's flow control lets be in flight, 64
   * MiB keep nine peers within half a gigabyte. A frame of 256 KiB costs one write and is far from
   * delaying a heartbeat behind it; 64 MiB admit one huge entry. A pause of 100 ms to half a second
   * between attempts does not bother a host that is down, and ends at once when that peer comes to
   * us; a founder that has lost its data listens a little longer than such a pause and a call in
   * vain together for its cluster before it founds another. A silent stream is pinged every second
   * and given up after five: TCP's own retries after a cut become so rare that a new connection is
   * quicker. Snapshots of gigabytes take minutes; one that stands still is begun anew while who
   * waits for it still has its seat, which it may lose after a minute. Closing leaves room within
   * the five seconds in which a process must end.
   */
  public static final TransportOptions DEFAULT =
      new TransportOptions(
          4096, 64L << 20, 256 << 10, 64 << 20, 100, 500, 2_000, 5_000, 1_000, 5_000, 20_000,
          600_000, 2_000);

  /** An eighth of the heap holds what arrives, if that is enough for one frame. */
  private static final int HEAP_SHARE = 8;

  /** Ten seconds are enough to be told of a lost seat, or to be recognised as the leader. */
  private static final long STRANGER_MILLIS = 10_000;

  /** A hundredth of the slowest line between peers. */
  private static final long MIN_SNAPSHOT_BYTES_PER_SECOND = 16 << 10;

  /** Far above any cluster; a bound, so that strangers cannot fill the memory with streams. */
  private static final int MAX_STREAMS = 256;

  /** With the defaults against flooding: an eighth of the heap, ten seconds, 16 KiB a second. */
  public TransportOptions(
      int maxQueuedMessages,
      long maxQueuedBytes,
      int maxBatchBytes,
      int maxFrameBytes,
      long backOffMinMillis,
      long backOffMaxMillis,
      long connectTimeoutMillis,
      long writeTimeoutMillis,
      long pingIntervalMillis,
      long readTimeoutMillis,
      long snapshotIdleTimeoutMillis,
      long snapshotTimeoutMillis,
      long closeTimeoutMillis) {
    this(
        maxQueuedMessages,
        maxQueuedBytes,
        maxBatchBytes,
        maxFrameBytes,
        backOffMinMillis,
        backOffMaxMillis,
        connectTimeoutMillis,
        writeTimeoutMillis,
        pingIntervalMillis,
        readTimeoutMillis,
        snapshotIdleTimeoutMillis,
        snapshotTimeoutMillis,
        closeTimeoutMillis,
        Math.max(maxFrameBytes, Runtime.getRuntime().maxMemory() / HEAP_SHARE),
        STRANGER_MILLIS,
        MIN_SNAPSHOT_BYTES_PER_SECOND,
        MAX_STREAMS);
  }

  /** The same with other limits against flooding. */
  public TransportOptions withFloodLimits(
      long receivedBytes, long millisOfStrangers, long snapshotBytesPerSecond) {
    return new TransportOptions(
        maxQueuedMessages,
        maxQueuedBytes,
        maxBatchBytes,
        maxFrameBytes,
        backOffMinMillis,
        backOffMaxMillis,
        connectTimeoutMillis,
        writeTimeoutMillis,
        pingIntervalMillis,
        readTimeoutMillis,
        snapshotIdleTimeoutMillis,
        snapshotTimeoutMillis,
        closeTimeoutMillis,
        receivedBytes,
        millisOfStrangers,
        snapshotBytesPerSecond,
        maxStreams);
  }

  /** The same with another number of streams. */
  public TransportOptions withMaxStreams(int streams) {
    return new TransportOptions(
        maxQueuedMessages,
        maxQueuedBytes,
        maxBatchBytes,
        maxFrameBytes,
        backOffMinMillis,
        backOffMaxMillis,
        connectTimeoutMillis,
        writeTimeoutMillis,
        pingIntervalMillis,
        readTimeoutMillis,
        snapshotIdleTimeoutMillis,
        snapshotTimeoutMillis,
        closeTimeoutMillis,
        maxReceivedBytes,
        strangerMillis,
        minSnapshotBytesPerSecond,
        streams);
  }

  public TransportOptions {
    require(maxQueuedMessages > 0, "maxQueuedMessages must be positive");
    require(maxBatchBytes > 0, "maxBatchBytes must be positive");
    require(maxFrameBytes >= maxBatchBytes, "a frame must hold a batch");
    require(maxQueuedBytes >= maxFrameBytes, "the queue must hold a frame");
    require(backOffMinMillis > 0, "backOffMinMillis must be positive");
    require(backOffMaxMillis >= backOffMinMillis, "backOffMaxMillis is below backOffMinMillis");
    require(connectTimeoutMillis > 0, "connectTimeoutMillis must be positive");
    require(writeTimeoutMillis > 0, "writeTimeoutMillis must be positive");
    require(pingIntervalMillis > 0, "pingIntervalMillis must be positive");
    require(readTimeoutMillis > pingIntervalMillis, "a ping must have time to be answered");
    require(snapshotIdleTimeoutMillis > 0, "snapshotIdleTimeoutMillis must be positive");
    require(snapshotTimeoutMillis > 0, "snapshotTimeoutMillis must be positive");
    require(closeTimeoutMillis > 0, "closeTimeoutMillis must be positive");
    require(maxReceivedBytes >= maxFrameBytes, "there must be room for a frame that arrives");
    require(strangerMillis > 0, "strangerMillis must be positive");
    require(minSnapshotBytesPerSecond >= 0, "minSnapshotBytesPerSecond must not be negative");
    require(maxStreams > 0, "maxStreams must be positive");
  }

  /** Silence after which an open stream does not show any more that the other process lives. */
  long aliveMillis() {
    return Math.min(readTimeoutMillis, 2 * pingIntervalMillis + pingIntervalMillis / 2);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
