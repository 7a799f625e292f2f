package dev.understudy.wal;

import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the log and the snapshots of a member that does not run; changes nothing, not even what a
 * start would clear away. Blocks for as long as the disk takes.
 */
public final class WalInspection {
  /**
   * A segment of the log.
   *
   * @param file its name
   * @param firstIndex the index that the next entry would get when it was begun
   * @param bytes the file's length
   */
  public record Segment(String file, long firstIndex, long bytes) {}

  /**
   * A snapshot's file.
   *
   * @param file its name
   * @param bytes its length
   * @param marked whether the log vouches for it; a start ignores and removes others
   * @param damage what is wrong with it; empty when it is sound
   */
  public record SnapshotFile(String file, long bytes, boolean marked, Optional<String> damage) {}

  /**
   * What was found, all of it checked.
   *
   * @param identity whose log it is
   * @param segments in their order
   * @param records how many there are, the segments' headers not counted
   * @param entryRecords how many of them are entries, replaced ones included
   * @param hardState the last one
   * @param startsFrom the snapshot that a start would read; empty for the log's own beginning
   * @param firstIndex the first entry that a start would read; one beyond the last for none
   * @param lastIndex the last entry
   * @param firstTerm the term of the first of them; 0 for none
   * @param lastTerm the term of the last of them, or of the snapshot
   * @param torn whether a crash left an unfinished write at the end, which a start cuts off
   * @param end where the last whole batch ends in the last segment, in bytes
   * @param snapshots all snapshots' files, oldest first
   */
  public record Summary(
      WalIdentity identity,
      List<Segment> segments,
      long records,
      long entryRecords,
      HardState hardState,
      Optional<SnapshotMetadata> startsFrom,
      long firstIndex,
      long lastIndex,
      long firstTerm,
      long lastTerm,
      boolean torn,
      long end,
      List<SnapshotFile> snapshots) {

    /** Whether a snapshot's file is damaged; the log itself is sound where there is a summary. */
    public boolean hasDamagedSnapshots() {
      return snapshots.stream().anyMatch(snapshot -> snapshot.damage().isPresent());
    }
  }

  private WalInspection() {}

  /**
   * What a start would recover; a torn tail is left out and left there.
   *
   * @param snapshots those of the same directory
   * @throws WalCorruptedException where a start would be refused, and where there is no log
   */
  public static Recovered recover(Directory directory, SnapshotStore snapshots) throws IOException {
    return recoverIfAny(directory, snapshots)
        .orElseThrow(
            () -> new WalCorruptedException(new SegmentName(1, 1).file(), 0, "there is no log"));
  }

  /**
   * The same where there may be no log, or one whose beginning was interrupted, which promised
   * nothing and is made anew by a start.
   *
   * @throws WalCorruptedException where a start would be refused
   */
  public static Optional<Recovered> recoverIfAny(Directory directory, SnapshotStore snapshots)
      throws IOException {
    LogReplay replay = new LogReplay();
    return new LogScan(directory, replay).run().segments().isEmpty()
        ? Optional.empty()
        : Optional.of(replay.recover(snapshots));
  }

  /**
   * Checks every record of the log and every byte of the snapshots, and whether a start would find
   * all it needs.
   *
   * @throws WalCorruptedException where the log is damaged, when there is none, or when no sound
   *     snapshot reaches as far back as the log
   * @throws NewerFormatException when a newer program wrote it
   */
  public static Summary verify(Directory directory) throws IOException {
    LogReplay replay = new LogReplay();
    CountingVisitor counting = new CountingVisitor(replay);
    LogScan.End end = new LogScan(directory, counting).run();
    if (end.segments().isEmpty()) {
      throw new WalCorruptedException(new SegmentName(1, 1).file(), 0, "there is no log");
    }
    List<SnapshotFile> snapshots = snapshots(directory, replay.markers());
    Recovered recovered = replay.recover(SnapshotStore.open(directory));
    long base = recovered.snapshot().map(SnapshotMetadata::index).orElse(0L);
    int entries = recovered.entries().size();
    return new Summary(
        recovered.identity(),
        segments(directory, end),
        counting.records,
        counting.entries,
        recovered.hardState(),
        recovered.snapshot(),
        base + 1,
        base + entries,
        entries == 0 ? 0 : recovered.entries().get(0).term(),
        entries == 0
            ? recovered.snapshot().map(SnapshotMetadata::term).orElse(0L)
            : recovered.entries().get(entries - 1).term(),
        end.torn(),
        end.end(),
        snapshots);
  }

  /**
   * Shows every record of the log in its order, checking each; does not hold the log in memory.
   *
   * @throws WalCorruptedException where the log is damaged, after the records before were shown
   */
  public static void read(Directory directory, Consumer<LogRecord> reader) throws IOException {
    new LogScan(directory, new DecodingVisitor(reader)).run();
  }

  private static List<Segment> segments(Directory directory, LogScan.End end) throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (SegmentHeader header : end.segments()) {
      String file = header.name().file();
      segments.add(new Segment(file, header.name().firstIndex(), directory.size(file)));
    }
    return segments;
  }

  private static List<SnapshotFile> snapshots(Directory directory, List<SnapshotMetadata> markers)
      throws IOException {
    List<SnapshotFile> found = new ArrayList<>();
    for (String file : directory.list()) {
      Optional<SnapshotName> name = SnapshotName.parse(file);
      if (name.isPresent()) {
        boolean marked =
            markers.stream().anyMatch(marker -> SnapshotName.of(marker).equals(name.get()));
        found.add(
            new SnapshotFile(file, directory.size(file), marked, damage(directory, name.get())));
      }
    }
    return found;
  }

  private static Optional<String> damage(Directory directory, SnapshotName name)
      throws IOException {
    try (ReadableFile file = directory.openForReading(name.file());
        SnapshotInput in = new SnapshotInput(name.file(), new FileInput(file))) {
      if (!SnapshotName.of(in.metadata()).equals(name)) {
        throw new WalCorruptedException(name.file(), 0, "the file is of " + in.metadata());
      }
      in.verifyToTheEnd();
      return Optional.empty();
    } catch (WalCorruptedException | NewerFormatException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Counts records on their way to the next visitor. */
  private static final class CountingVisitor implements LogScan.Visitor {
    private final LogScan.Visitor next;
    private long records;
    private long entries;

    CountingVisitor(LogScan.Visitor next) {
      this.next = next;
    }

    @Override
    public void segment(SegmentHeader header) throws IOException {
      next.segment(header);
    }

    @Override
    public void record(
        String file, long offset, FrameType type, ByteBuffer payload, boolean lastOfBatch)
        throws IOException {
      records++;
      entries += type == FrameType.ENTRY ? 1 : 0;
      next.record(file, offset, type, payload, lastOfBatch);
    }
  }

  /** Decodes record by record. A batch that a tear cut short is left out, as by a start. */
  private static final class DecodingVisitor implements LogScan.Visitor {
    private final Consumer<LogRecord> reader;
    private final List<LogRecord> batch = new ArrayList<>();

    DecodingVisitor(Consumer<LogRecord> reader) {
      this.reader = reader;
    }

    @Override
    public void segment(SegmentHeader header) {
      // Its hard state and markers repeat records of segments before it.
    }

    @Override
    public void record(
        String file, long offset, FrameType type, ByteBuffer payload, boolean lastOfBatch)
        throws IOException {
      batch.add(LogReplay.decode(file, offset, type, payload));
      if (lastOfBatch) {
        batch.forEach(reader);
        batch.clear();
      }
    }
  }
}
