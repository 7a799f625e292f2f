package dev.understudy.peer;

import dev.understudy.peer.PeerServer.RecoveredIdentity;
import dev.understudy.wal.Directory;
import dev.understudy.wal.WalListener;
import dev.understudy.wal.WalOptions;
import java.io.IOException;

/**
 * A directory's log and snapshots, read and checked before it is known whether their peer will run:
 * the machine asks the others first. {@link PeerServer#recover(HeldLog)} goes on from here, so that
 * a start reads everything once. Nobody else uses the directory until then, or until it is closed.
 *
 * <p>For one thread at a time; reading and closing block for as long as the disk takes.
 */
public final class HeldLog implements AutoCloseable {
  private final Directory directory;
  private final RecoveredPeer recovered;
  private final Relay listener;
  private boolean taken;

  private HeldLog(Directory directory, RecoveredPeer recovered, Relay listener) {
    this.directory = directory;
    this.recovered = recovered;
    this.listener = listener;
  }

  /**
   * Reads and checks what a directory holds.
   *
   * @throws IOException if it cannot be read, is damaged, or was written by a newer release;
   *     nothing is left open then
   */
  public static HeldLog open(Directory directory, WalOptions options) throws IOException {
    Relay listener = new Relay();
    return new HeldLog(directory, RecoveredPeer.read(directory, options, listener), listener);
  }

  /** What the directory tells of its peer. */
  public RecoveredIdentity identity() {
    return RecoveredIdentity.of(recovered);
  }

  /**
   * Whether its member has a seat, or may have one: an entry that gives it one counts though it is
   * not known here to be committed, as others may count on this member's vote already.
   */
  public boolean mayHaveSeat() {
    return recovered.mayHaveSeat();
  }

  /**
   * Hands everything over; the taker closes it.
   *
   * @param to told of the log's syncs and failure from now on
   */
  RecoveredPeer take(WalListener to) throws IOException {
    if (taken) {
      throw new IllegalStateException("a log is taken once, while it is open");
    }
    RecoveredPeer now = recovered.withLineageOf(directory); // this start is counted meanwhile
    taken = true;
    listener.to = to;
    return now;
  }

  /** Closes the log, unless somebody has taken it. Idempotent. */
  @Override
  public void close() throws IOException {
    if (!taken) {
      taken = true;
      recovered.close();
    }
  }

  /** The log wants to know whom to tell when it is opened, and its peer comes later. */
  private static final class Relay implements WalListener {
    private volatile WalListener to = NONE;

    @Override
    public void failed(Throwable cause) {
      to.failed(cause);
    }

    @Override
    public void syncing() {
      to.syncing();
    }

    @Override
    public void synced(int batches, long bytes) {
      to.synced(batches, bytes);
    }
  }
}
