package dev.understudy.peer.driver;

import dev.understudy.clusterconfig.FailureText;
import dev.understudy.raft.Message.InstallSnapshot;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.statemachine.StateImage;
import dev.understudy.statemachine.StateImageCodec;
import dev.understudy.transport.MalformedMessageException;
import dev.understudy.transport.SnapshotOutcome;
import dev.understudy.transport.SnapshotSink;
import dev.understudy.transport.SnapshotSource;
import dev.understudy.transport.Transport;
import dev.understudy.wal.NewerFormatException;
import dev.understudy.wal.SnapshotStore;
import dev.understudy.wal.WalCorruptedException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots as files beside the log. Writing happens on an executor, sending on threads of the
 * network; a snapshot that arrives is made durable and decoded on the thread that receives it, so
 * that the driver only has to swap it in.
 */
public final class Snapshotter implements SnapshotSink {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);

  private record Arrived(SnapshotMetadata metadata, StateImage image) {}

  private final SnapshotStore files;
  private final Executor background;

  /** Only the last one, decoded ahead; an earlier one that is still wanted is read again. */
  private final AtomicReference<Arrived> arrived = new AtomicReference<>();

  /**
   * @param background may block; one task at a time is enough
   */
  public Snapshotter(SnapshotStore files, Executor background) {
    this.files = files;
    this.background = background;
  }

  /**
   * Writes a snapshot in the background.
   *
   * @param metadata what the image stands for
   * @param done called once, on any thread: with nothing when the snapshot is durable, else with
   *     why it is not
   */
  void save(SnapshotMetadata metadata, StateImage image, Consumer<Optional<IOException>> done) {
    try {
      background.execute(() -> done.accept(saved(metadata, image)));
    } catch (RejectedExecutionException e) {
      done.accept(Optional.of(new IOException("this peer is stopping", e)));
    }
  }

  private Optional<IOException> saved(SnapshotMetadata metadata, StateImage image) {
    try {
      files.save(metadata, out -> StateImageCodec.write(image, out));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /**
   * The log's marker for a saved snapshot is durable: removes what is older than needed, in the
   * background.
   *
   * @param releasable called at most once, on any thread, with the index up to which the log may
   *     let go of entries
   */
  void marked(SnapshotMetadata metadata, LongConsumer releasable) {
    try {
      background.execute(() -> releasable.accept(pruned(metadata)));
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping; old snapshots are removed after the next one");
    }
  }

  private long pruned(SnapshotMetadata metadata) {
    try {
      return files.prune(metadata);
    } catch (IOException e) {
      LOG.warn("old snapshots could not be removed, they take up space: {}", FailureText.of(e));
      return files.retainedFrom();
    }
  }

  /** What the newest snapshot stands for; empty when there is none yet. */
  public Optional<SnapshotMetadata> newest() {
    return files.list().stream().findFirst();
  }

  /**
   * Sends the newest snapshot to a peer, in the background.
   *
   * @param message addressed by the core
   * @param network carries it
   * @param receiver what the peer is called in the log
   * @param sent called once, on any thread, with whether it arrived
   */
  void send(InstallSnapshot message, Transport network, String receiver, Consumer<Boolean> sent) {
    SnapshotMetadata metadata = message.snapshot().metadata();
    long bytes;
    try {
      bytes = files.rawBytes(metadata);
    } catch (IOException e) {
      LOG.info("the snapshot at index {} is gone, a newer one will be sent", metadata.index());
      sent.accept(false);
      return;
    }
    network.sendSnapshot(message, source(metadata, bytes), outcome(receiver, sent));
  }

  private SnapshotSource source(SnapshotMetadata metadata, long bytes) {
    return new SnapshotSource() {
      @Override
      public long sizeBytes() {
        return bytes;
      }

      @Override
      public InputStream open() throws IOException {
        return files.openRaw(metadata);
      }
    };
  }

  private static SnapshotOutcome outcome(String receiver, Consumer<Boolean> sent) {
    return new SnapshotOutcome() {
      @Override
      public void delivered() {
        sent.accept(true);
      }

      @Override
      public void failed(Exception cause) {
        LOG.info("the snapshot for {} did not arrive: {}", receiver, FailureText.of(cause));
        sent.accept(false);
      }
    };
  }

  @Override
  public void receive(InstallSnapshot message, InputStream content)
      throws IOException, MalformedMessageException {
    SnapshotMetadata announced = message.snapshot().metadata();
    SnapshotMetadata received = stored(content);
    try {
      arrived.set(new Arrived(received, checked(announced, received)));
    } catch (IOException | MalformedMessageException | RuntimeException e) {
      discarded(received);
      throw e;
    }
  }

  private SnapshotMetadata stored(InputStream content)
      throws IOException, MalformedMessageException {
    try {
      return files.receive(content);
    } catch (WalCorruptedException | NewerFormatException e) {
      throw new MalformedMessageException(e.getMessage(), e);
    }
  }

  private StateImage checked(SnapshotMetadata announced, SnapshotMetadata received)
      throws IOException, MalformedMessageException {
    if (!received.equals(announced)) {
      throw new MalformedMessageException(
          "announced was one of index %d, term %d; received is one of index %d, term %d%s"
              .formatted(
                  announced.index(),
                  announced.term(),
                  received.index(),
                  received.term(),
                  received.confState().equals(announced.confState())
                      ? ""
                      : ", and of other members"));
    }
    try {
      return read(files, received);
    } catch (IOException e) {
      if (files.verify(received).isPresent()) {
        throw e;
      }
      throw new MalformedMessageException(FailureText.of(e), e);
    }
  }

  /**
   * Removes, in the background, a snapshot that has arrived and that consensus has no use for. To
   * be called once for each that has arrived and will not be taken over.
   */
  void discard(SnapshotMetadata metadata) {
    arrived.updateAndGet(last -> last != null && last.metadata().equals(metadata) ? null : last);
    try {
      background.execute(() -> discarded(metadata));
    } catch (RejectedExecutionException e) {
      LOG.debug("stopping; a snapshot that is not wanted is removed at the next start");
    }
  }

  private void discarded(SnapshotMetadata metadata) {
    try {
      files.discard(metadata);
    } catch (IOException e) {
      LOG.warn(
          "a snapshot that is not wanted could not be removed, it takes up space: {}",
          FailureText.of(e));
    }
  }

  /** Reads the state of a snapshot on disk. */
  public static StateImage read(SnapshotStore files, SnapshotMetadata metadata) throws IOException {
    try (InputStream in = new BufferedInputStream(files.open(metadata), 1 << 16)) {
      return StateImageCodec.read(in);
    }
  }

  /**
   * Hands over the state of a snapshot that has arrived from a peer and was decoded already; empty
   * when it is not there (any more).
   */
  Optional<StateImage> takeArrived(SnapshotMetadata metadata) {
    Arrived last = arrived.get();
    if (last != null && last.metadata().equals(metadata)) {
      boolean ignored = arrived.compareAndSet(last, null);
      return Optional.of(last.image());
    }
    return fromFile(metadata);
  }

  /**
   * Another snapshot has arrived before this one was swapped in, which is rare enough for the
   * driver to read the file itself.
   */
  private Optional<StateImage> fromFile(SnapshotMetadata metadata) {
    try {
      return Optional.of(read(files, metadata));
    } catch (IOException e) {
      LOG.warn("the snapshot at index {} cannot be read: {}", metadata.index(), FailureText.of(e));
      return Optional.empty();
    }
  }
}
