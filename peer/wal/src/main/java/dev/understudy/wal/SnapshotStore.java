package dev.understudy.wal;

import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files of one directory. A file is complete and durable before it gets its name.
 *
 * <p>A restart uses only snapshots that the log vouches for by a marker. So the order is: {@link
 * #save} or {@link #receive}; append the marker to the log; once that is durable, {@link #prune},
 * and then {@link Wal#release} up to {@link #retainedFrom}.
 *
 * <p>Safe for use by several threads; everything but {@link #list} and {@link #retainedFrom} blocks
 * on the disk, and no call waits for another one's file to be written, only for its name to become
 * durable. Threads that use it must not be interrupted.
 */
public final class SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);

  /** Writes the state that a snapshot represents. */
  @FunctionalInterface
  public interface Body {
    /** Writes everything to {@code out}, which is buffered; need not close it. */
    void writeTo(OutputStream out) throws IOException;
  }

  private final Directory directory;

  /** Held while a file gets its name or is discarded by it, disk included; before {@link #lock}. */
  private final Object naming = new Object();

  private final Object lock = new Object();

  /** Complete files, oldest first. */
  private final TreeMap<SnapshotName, SnapshotMetadata> complete = new TreeMap<>();

  /** Files found damaged; they wait for the next {@link #prune}. */
  private final Set<SnapshotName> damaged = new HashSet<>();

  /** Those the log vouches for. */
  private final Set<SnapshotName> marked = new HashSet<>();

  /**
   * How often each name was written and not discarded since: the same snapshot may arrive twice, or
   * be what this member saves itself, and only one of them may turn out to be unwanted.
   */
  private final Map<SnapshotName, Integer> references = new HashMap<>();

  private long unfinishedFiles;

  private SnapshotStore(Directory directory) {
    this.directory = directory;
  }

  /**
   * Lists the snapshots of a directory and changes nothing; what a crash has left behind is removed
   * by {@link Wal#open}, once the log was found sound.
   */
  public static SnapshotStore open(Directory directory) throws IOException {
    SnapshotStore snapshots = new SnapshotStore(directory);
    for (String file : directory.list()) {
      Optional<SnapshotName> name = SnapshotName.parse(file);
      if (name.isPresent()) {
        snapshots.readHeader(name.get());
      }
    }
    return snapshots;
  }

  private void readHeader(SnapshotName name) throws IOException {
    try (SnapshotInput in = input(name)) {
      complete.put(name, in.metadata());
      references.put(name, 1);
    } catch (WalCorruptedException e) {
      damaged.add(name);
    }
  }

  private SnapshotInput input(SnapshotName name) throws IOException {
    ReadableFile file = directory.openForReading(name.file());
    try {
      return new SnapshotInput(name.file(), new FileInput(file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** All complete snapshots, newest first; of the files, only the headers have been checked. */
  public List<SnapshotMetadata> list() {
    synchronized (lock) {
      return List.copyOf(complete.descendingMap().values());
    }
  }

  /**
   * Writes a snapshot, durably, on the caller's thread; nothing is visible before it is complete.
   * The log must then be given a marker ({@link WalBatch#taken}), without which a restart ignores
   * the file. Memory use does not depend on the snapshot's size.
   */
  public void save(SnapshotMetadata metadata, Body body) throws IOException {
    SnapshotName name = SnapshotName.of(metadata);
    String unfinished = unfinishedFile(name);
    try {
      try (WritableFile file = directory.create(unfinished)) {
        SnapshotOutput out = new SnapshotOutput(SnapshotOutput.Target.of(file), metadata);
        body.writeTo(out);
        out.finish();
      }
      giveName(unfinished, name, metadata);
    } catch (IOException | RuntimeException e) {
      removeQuietly(unfinished, e);
      throw e;
    }
  }

  private void giveName(String unfinished, SnapshotName name, SnapshotMetadata metadata)
      throws IOException {
    synchronized (naming) {
      directory.rename(unfinished, name.file());
      directory.force();
      synchronized (lock) {
        complete.put(name, metadata);
        damaged.remove(name);
        references.merge(name, 1, Integer::sum);
      }
    }
  }

  /**
   * Writes to a stream, which it does not close, what {@link #save} would write to a file: for a
   * backup that leaves this machine. Its reader notices when bytes are missing or damaged, since
   * every chunk has a checksum and the last one is marked as the last.
   */
  public static void export(SnapshotMetadata metadata, Body body, OutputStream to)
      throws IOException {
    SnapshotOutput out = new SnapshotOutput(SnapshotOutput.Target.of(to), metadata);
    body.writeTo(out);
    out.finish();
  }

  private String unfinishedFile(SnapshotName name) {
    synchronized (lock) {
      unfinishedFiles++;
      return name.file().replace(".snap", "-" + unfinishedFiles + SnapshotName.UNFINISHED_SUFFIX);
    }
  }

  private void removeQuietly(String unfinished, Exception cause) {
    try {
      directory.delete(unfinished);
    } catch (NoSuchFileException e) {
      LOG.debug("{} was never made, or has its final name", unfinished);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /**
   * Takes a snapshot that a peer streams as {@link #openRaw} gives it, verifies it, and makes it
   * durable and visible like {@link #save}; reads exactly the snapshot's bytes, not beyond. A sound
   * file of that index and term stays as it is: it may be what this member's state was restored
   * from, or is about to be, and only damage can make what arrives differ from it, or a lie.
   *
   * @return its metadata; the log must then be given a marker ({@link WalBatch#installed})
   * @throws WalCorruptedException when the bytes are not a sound snapshot; nothing is left of it
   */
  public SnapshotMetadata receive(InputStream raw) throws IOException {
    // Not closed: the stream is the caller's.
    SnapshotInput in = new SnapshotInput("snapshot received", raw);
    Optional<SnapshotMetadata> present = sound(SnapshotName.of(in.metadata()));
    if (present.isEmpty()) {
      save(in.metadata(), in::transferTo);
      return in.metadata();
    }
    if (!present.get().equals(in.metadata())) {
      throw new WalCorruptedException(
          "snapshot received", 0, "one of this index and term is here, of other members");
    }
    in.transferTo(OutputStream.nullOutputStream());
    referAgain(in.metadata());
    return in.metadata();
  }

  /** The sound file of that name, if there is one; reads it from end to end. */
  private Optional<SnapshotMetadata> sound(SnapshotName name) throws IOException {
    SnapshotMetadata present;
    synchronized (lock) {
      present = complete.get(name);
    }
    return present != null && verify(present).isEmpty() ? Optional.of(present) : Optional.empty();
  }

  private void referAgain(SnapshotMetadata metadata) throws IOException {
    SnapshotName name = SnapshotName.of(metadata);
    synchronized (lock) {
      if (!complete.containsKey(name)) {
        throw new IOException(name.file() + " was removed while it arrived once more");
      }
      references.merge(name, 1, Integer::sum);
    }
  }

  /**
   * Takes back one {@link #receive}: consensus has no use for what arrived, and no marker will be
   * written for it. Deletes the file, unless the same snapshot was also received another time, or
   * saved, or is one that the log vouches for.
   */
  public void discard(SnapshotMetadata received) throws IOException {
    SnapshotName name = SnapshotName.of(received);
    synchronized (naming) {
      synchronized (lock) {
        boolean known = references.containsKey(name);
        boolean wanted =
            references.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1)
                != null;
        if (!known || wanted || marked.contains(name)) {
          return;
        }
        complete.remove(name);
      }
      delete(List.of(name));
    }
  }

  /** Reads the state; every chunk is verified before any of its bytes are returned. */
  public InputStream open(SnapshotMetadata metadata) throws IOException {
    return input(SnapshotName.of(metadata));
  }

  /** The file as it is, to stream it to a peer. Its deletion meanwhile does no harm. */
  public InputStream openRaw(SnapshotMetadata metadata) throws IOException {
    return new FileInput(directory.openForReading(SnapshotName.of(metadata).file()));
  }

  /** The length of what {@link #openRaw} gives, in bytes. */
  public long rawBytes(SnapshotMetadata metadata) throws IOException {
    return directory.size(SnapshotName.of(metadata).file());
  }

  /**
   * Reads a snapshot from end to end; a damaged one leaves the {@link #list}.
   *
   * @return what is wrong with it; empty when it is sound
   */
  public Optional<String> verify(SnapshotMetadata metadata) throws IOException {
    SnapshotName name = SnapshotName.of(metadata);
    synchronized (lock) {
      if (!complete.containsKey(name) && !damaged.contains(name)) {
        return Optional.of("the file is missing");
      }
    }
    try (SnapshotInput in = input(name)) {
      if (!in.metadata().equals(metadata)) {
        throw new WalCorruptedException(name.file(), 0, "the file is of " + in.metadata());
      }
      in.verifyToTheEnd();
      return Optional.empty();
    } catch (WalCorruptedException e) {
      synchronized (lock) {
        complete.remove(name);
        damaged.add(name);
      }
      return Optional.of(e.getMessage());
    }
  }

  /** Called at a start, with the snapshots that the log vouches for. */
  void setMarked(Collection<SnapshotMetadata> markers) {
    synchronized (lock) {
      markers.forEach(marker -> marked.add(SnapshotName.of(marker)));
    }
  }

  /**
   * Deletes at a start what the log does not vouch for: it became complete just before a crash, and
   * its contents may never have become the state of this member.
   */
  void removeUnmarked() throws IOException {
    List<SnapshotName> gone;
    synchronized (lock) {
      gone = new ArrayList<>(complete.keySet());
      gone.removeAll(marked);
      gone.forEach(complete::remove);
      gone.forEach(references::remove);
    }
    delete(gone);
  }

  /** Deletes at a start what a crash left half written. */
  void removeUnfinished() throws IOException {
    for (String file : directory.list()) {
      if (file.endsWith(SnapshotName.UNFINISHED_SUFFIX)) {
        directory.delete(file);
      }
    }
  }

  private void delete(List<SnapshotName> gone) throws IOException {
    for (SnapshotName each : gone) {
      directory.delete(each.file());
    }
    if (!gone.isEmpty()) {
      directory.force();
    }
  }

  /**
   * To be called once the log's marker for a snapshot is durable: deletes snapshots so that this
   * one, the marked one before it, and newer ones are left.
   *
   * @return the same as {@link #retainedFrom}
   */
  public long prune(SnapshotMetadata durable) throws IOException {
    SnapshotName name = SnapshotName.of(durable);
    List<SnapshotName> gone;
    synchronized (lock) {
      marked.add(name);
      gone = new ArrayList<>(complete.headMap(name, false).keySet());
      gone.stream().filter(marked::contains).max(SnapshotName::compareTo).ifPresent(gone::remove);
      gone.forEach(complete::remove);
      marked.removeAll(gone);
      gone.forEach(references::remove);
      gone.addAll(damaged);
      damaged.clear();
    }
    delete(gone);
    return retainedFrom();
  }

  /**
   * The highest index whose entries the log may delete: that of the older of the two newest marked
   * snapshots, so that a start can use either; 0 when there are not two.
   */
  public long retainedFrom() {
    synchronized (lock) {
      return complete.descendingMap().keySet().stream()
          .filter(marked::contains)
          .skip(1)
          .findFirst()
          .map(SnapshotName::index)
          .orElse(0L);
    }
  }
}
