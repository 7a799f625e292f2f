package dev.understudy.wal;

/**
 * How a log uses its disk.
 *
 * @param segmentBytes a segment that would grow beyond this is closed and the next one begun; one
 *     batch that is larger gets a segment as large as it needs
 * @param preallocationBytes how much is filled with zeros ahead of the records at a time, in a
 *     segment that was not made ahead as a whole
 * @param bufferBytes the buffer in which records are laid out for one write
 * @param maxPendingBatches how many batches may wait for the log's thread
 * @param reserveBytes with less room than this left on the disk, or than a twentieth of it where
 *     that is less, {@link Wal#lowOnSpace} holds
 */
public record WalOptions(
    long segmentBytes,
    long preallocationBytes,
    int bufferBytes,
    int maxPendingBatches,
    long reserveBytes) {
  /**
   * Segments of 64 MiB: few enough files, and little that waits for deletion. 4 MiB of zeros at a
   * time: some ten thousand small appends between two that pay for it, and a new log is small. A
   * buffer of 1 MiB holds all that waits at usual rates. 4096 batches are more than a leader may
   * have in flight. A reserve of 256 MiB lets everything in flight land and a snapshot be written,
   * after which segments can go; a small disk, of which that would be most, keeps a twentieth.
   */
  public static final WalOptions DEFAULT =
      new WalOptions(64L << 20, 4L << 20, 1 << 20, 4096, 256L << 20);

  /** The part of a small disk that is kept free: five percent, as file systems use to do. */
  private static final long RESERVE_FRACTION = 20;

  /** Refuses sizes that cannot work together. */
  public WalOptions {
    if (segmentBytes < 4096 || preallocationBytes < 512 || preallocationBytes > segmentBytes) {
      throw new IllegalArgumentException(
          "a segment has 4096 bytes or more, and between 512 and all of them are preallocated");
    }
    if (bufferBytes < 4096 || maxPendingBatches < 1 || reserveBytes < 0) {
      throw new IllegalArgumentException(
          "the buffer has 4096 bytes or more, the queue 1 place or more, the reserve 0 or more");
    }
  }

  /** What is kept free on a disk of that size, in bytes. */
  long reserveOn(long diskBytes) {
    return diskBytes <= 0 ? reserveBytes : Math.min(reserveBytes, diskBytes / RESERVE_FRACTION);
  }

  /** The same with segments of another size, and no more than that preallocated. */
  public WalOptions withSegmentBytes(long bytes) {
    return new WalOptions(
        bytes, Math.min(preallocationBytes, bytes), bufferBytes, maxPendingBatches, reserveBytes);
  }

  /** The same with another reserve. */
  public WalOptions withReserveBytes(long bytes) {
    return new WalOptions(segmentBytes, preallocationBytes, bufferBytes, maxPendingBatches, bytes);
  }
}
