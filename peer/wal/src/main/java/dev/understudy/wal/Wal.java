package dev.understudy.wal;

import java.io.IOException;

/** The durable log of one member. Skeleton. */
public final class Wal implements AutoCloseable {
  private Wal() {}

  /** Whether the directory holds a log. */
  public static boolean exists(Directory directory) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a new, empty log, durably.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the directory holds one
   */
  public static Wal create(
      Directory directory, WalIdentity identity, WalOptions options, WalListener listener)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens a log and recovers what it holds. Everything is read and checked before anything is
   * changed; then a torn tail is cut off.
   *
   * @param snapshots those of the same directory
   * @throws WalCorruptedException when what is there cannot have come from a crash
   * @throws NewerFormatException when a newer program wrote it
   */
  public static Wal open(
      Directory directory, Snapshots snapshots, WalOptions options, WalListener listener)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /** What the log held when it was opened. */
  public Recovered recovered() {
    throw new UnsupportedOperationException();
  }

  /** Lets the recovered entries go, once the caller has taken them. */
  public void forgetRecovered() {
    throw new UnsupportedOperationException();
  }

  /** Starts the log's thread. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /**
   * One turn of the loop by hand, in simulations and tests, where {@link #start} is not called:
   * takes everything that waits, writes it, syncs if that is needed, and runs the callbacks.
   *
   * @return whether there was anything to do
   */
  public boolean turn() {
    throw new UnsupportedOperationException();
  }

  /**
   * Hands over a batch; never blocks. Batches become durable in the order in which they were handed
   * over.
   *
   * @param onDurable runs on the log's thread once the batch is durable; a batch whose hard state
   *     differs in the commit index alone, and that holds nothing else, is reported once written
   */
  public AppendOutcome append(WalBatch batch, Runnable onDurable) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lets the log delete segments whose entries all have this index or a lower one. Never blocks.
   */
  public void release(long index) {
    throw new UnsupportedOperationException();
  }

  /** Whether the disk has less room than the reserve: the caller should refuse new writes. */
  public boolean lowOnSpace() {
    throw new UnsupportedOperationException();
  }

  /** Writes and syncs what waits, then stops the thread and closes the files. Idempotent. */
  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException();
  }
}
