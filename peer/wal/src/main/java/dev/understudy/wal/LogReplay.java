package dev.understudy.wal;

import com.google.protobuf.CodedInputStream;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds up, record by record, the state in which a log was left. */
final class LogReplay implements LogScan.Visitor {
  private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

  /** Decoded records of a batch whose last record has not been seen yet. */
  private final List<LogRecord> batch = new ArrayList<>();

  private final List<Entry> entries = new ArrayList<>();
  private final List<SnapshotMetadata> markers = new ArrayList<>();
  private WalIdentity identity;
  private HardState hardState = HardState.EMPTY;

  /** Where the hard state was read. */
  private String hardStateFile;

  private long hardStateOffset;

  /** The entry before the first that is held; 0 when that is the first of the log. */
  private long baseIndex;

  private long baseTerm;

  /** Whether the base is a snapshot that a leader sent, below which nothing may be overwritten. */
  private boolean restarted;

  private String firstFile;

  @Override
  public void segment(SegmentHeader header) {
    if (identity != null) {
      return;
    }
    identity = header.identity();
    hardState = header.hardState();
    hardStateFile = header.name().file();
    markers.addAll(header.snapshots());
    baseIndex = header.name().firstIndex() - 1;
    baseTerm = header.previousTerm();
    firstFile = header.name().file();
  }

  @Override
  public void record(
      String file, long offset, FrameType type, ByteBuffer payload, boolean lastOfBatch)
      throws IOException {
    batch.add(decode(file, offset, type, payload));
    if (lastOfBatch) {
      for (LogRecord each : batch) {
        apply(each);
      }
      batch.clear();
    }
  }

  static LogRecord decode(String file, long offset, FrameType type, ByteBuffer payload)
      throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(payload);
    return switch (type) {
      case ENTRY ->
          new LogRecord.OfEntry(file, offset, LogCodec.fromProto(LogProto.Entry.parseFrom(in)));
      case HARD_STATE ->
          new LogRecord.OfHardState(
              file, offset, LogCodec.fromProto(LogProto.HardState.parseFrom(in)));
      case SNAPSHOT_TAKEN, SNAPSHOT_INSTALLED ->
          new LogRecord.OfSnapshot(
              file,
              offset,
              LogCodec.fromProto(LogProto.SnapshotMetadata.parseFrom(in)),
              type == FrameType.SNAPSHOT_INSTALLED);
      case HEADER, SEAL ->
          throw new WalCorruptedException(
              file, offset, "a record of type " + type + " out of place");
    };
  }

  private void apply(LogRecord record) throws WalCorruptedException {
    if (record instanceof LogRecord.OfEntry of) {
      append(of.file(), of.offset(), of.entry());
    } else if (record instanceof LogRecord.OfSnapshot of) {
      mark(of);
    } else if (record instanceof LogRecord.OfHardState of) {
      hardState = of.hardState();
      hardStateFile = of.file();
      hardStateOffset = of.offset();
    }
  }

  private void append(String file, long offset, Entry entry) throws WalCorruptedException {
    if (entry.index() <= baseIndex && !restarted) {
      // Overwritten long ago, and the overwritten one went with its segment; a snapshot covers
      // both.
      entries.clear();
      baseIndex = entry.index() - 1;
    }
    if (entry.index() <= baseIndex || entry.index() > lastIndex() + 1) {
      throw new WalCorruptedException(
          file,
          offset,
          "entry " + entry.index() + " does not follow on " + baseIndex + ".." + lastIndex());
    }
    truncate(entry.index());
    entries.add(entry);
  }

  private void truncate(long index) {
    int kept = (int) (index - baseIndex - 1);
    if (kept < entries.size()) {
      entries.subList(kept, entries.size()).clear();
    }
  }

  private void mark(LogRecord.OfSnapshot of) throws WalCorruptedException {
    SnapshotMetadata snapshot = of.snapshot();
    if (of.restartsLog()) {
      entries.clear();
      baseIndex = snapshot.index();
      baseTerm = snapshot.term();
      restarted = true;
    } else if (snapshot.index() > lastIndex()) {
      throw new WalCorruptedException(
          of.file(),
          of.offset(),
          "a snapshot of entry " + snapshot.index() + " in a log that ends at " + lastIndex());
    }
    markers.add(snapshot);
  }

  long lastIndex() {
    return baseIndex + entries.size();
  }

  long lastTerm() {
    return entries.isEmpty() ? baseTerm : entries.get(entries.size() - 1).term();
  }

  HardState hardState() {
    return hardState;
  }

  WalIdentity identity() {
    return identity;
  }

  /** The markers seen, oldest first. */
  List<SnapshotMetadata> markers() {
    return List.copyOf(markers);
  }

  /**
   * The recovered state. Starts from the newest marked snapshot whose file is sound.
   *
   * @throws WalCorruptedException when neither a snapshot nor the log's beginning is left to start
   *     from, or what is committed is not there
   */
  Recovered recover(SnapshotStore snapshots) throws IOException {
    checkNothingCommittedIsMissing();
    Optional<SnapshotMetadata> snapshot = newestSound(snapshots);
    long from = snapshot.map(SnapshotMetadata::index).orElse(0L);
    if (snapshot.isEmpty() && baseIndex > 0) {
      throw new WalCorruptedException(
          firstFile,
          0,
          "the log begins after entry " + baseIndex + ", and no sound snapshot reaches that far");
    }
    HardState state =
        hardState.commit() < from
            ? new HardState(hardState.term(), hardState.vote(), from)
            : hardState;
    List<Entry> rest = entries.subList((int) (from - baseIndex), entries.size());
    return new Recovered(identity, state, snapshot, List.copyOf(rest));
  }

  /** Entries are written before a hard state that counts on them, so no crash leaves only that. */
  private void checkNothingCommittedIsMissing() throws WalCorruptedException {
    if (hardState.commit() > lastIndex()) {
      throw new WalCorruptedException(
          hardStateFile,
          hardStateOffset,
          "entry " + hardState.commit() + " is committed, but the log ends at " + lastIndex());
    }
  }

  private Optional<SnapshotMetadata> newestSound(SnapshotStore snapshots) throws IOException {
    snapshots.setMarked(markers);
    for (int i = markers.size() - 1; i >= 0; i--) {
      SnapshotMetadata marker = markers.get(i);
      if (marker.index() >= baseIndex) {
        Optional<String> damage = snapshots.verify(marker);
        if (damage.isEmpty()) {
          return Optional.of(marker);
        }
        LOG.warn(
            "snapshot {} cannot be used, going back to an older one: {}",
            SnapshotName.of(marker).file(),
            damage.get());
      }
    }
    return Optional.empty();
  }
}
