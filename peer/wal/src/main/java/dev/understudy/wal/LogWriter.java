package dev.understudy.wal;

import com.google.protobuf.MessageLite;
import dev.understudy.raft.Entry;
import dev.understudy.raft.HardState;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.proto.LogProto;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to the last segment, begins new ones and deletes old ones. Owned by one thread.
 *
 * <p>A {@link DiskFullException} out of {@link #reserve} leaves everything as it was and the call
 * may be repeated. After any other exception the writer must not be used any more.
 */
final class LogWriter implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** The snapshots kept on disk are two, so no more markers are worth repeating. */
  private static final int MARKERS_KEPT = 2;

  private static final LogProto.SegmentHeader SEAL = LogProto.SegmentHeader.getDefaultInstance();
  private static final int SEAL_BYTES = FrameHeader.frameBytes(0);

  private final Directory directory;
  private final WalOptions options;
  private final WalIdentity identity;
  private final FrameWriter frames;
  private final SpareSegments spares;

  /** The segments that exist, the one being written last. */
  private final Deque<SegmentName> segments;

  private final List<SnapshotMetadata> markers;
  private HardState hardState;
  private long lastIndex;
  private long lastTerm;

  private WritableFile file;

  /** Where the segment's header ends: the first record's place. */
  private long headerEnd;

  /** Up to here the file takes up room already. */
  private long allocatedEnd;

  /** What has been handed to the file ends here; the frames' pending bytes come after. */
  private long writtenEnd;

  /** What is known to be durable ends here. */
  private long syncedEnd;

  private long growths;
  private boolean spareRequested;

  private LogWriter(
      Directory directory,
      WalOptions options,
      WalIdentity identity,
      List<SegmentName> segments,
      List<SnapshotMetadata> markers,
      HardState hardState) {
    this.directory = directory;
    this.options = options;
    this.identity = identity;
    this.frames = new FrameWriter(options.bufferBytes());
    this.spares = new SpareSegments(directory, options.segmentBytes());
    this.segments = new ArrayDeque<>(segments);
    this.markers = new ArrayList<>(markers);
    this.hardState = hardState;
  }

  /** Makes the first segment of a new log. */
  static LogWriter create(Directory directory, WalIdentity identity, WalOptions options)
      throws IOException {
    LogWriter writer =
        new LogWriter(directory, options, identity, List.of(), List.of(), HardState.EMPTY);
    writer.beginSegment(new SegmentName(1, 1), 0);
    return writer;
  }

  /** Continues where a log that was read ends; cuts off what is torn. */
  static LogWriter resume(
      Directory directory, WalOptions options, LogScan.End end, LogReplay replay)
      throws IOException {
    List<SegmentName> names = end.segments().stream().map(SegmentHeader::name).toList();
    LogWriter writer =
        new LogWriter(
            directory, options, replay.identity(), names, replay.markers(), replay.hardState());
    writer.lastIndex = replay.lastIndex();
    writer.lastTerm = replay.lastTerm();
    WritableFile file = directory.openForWriting(end.last().name().file());
    try {
      writer.resume(file, end);
      return writer;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void resume(WritableFile last, LogScan.End end) throws IOException {
    file = last;
    headerEnd = end.headerEnd();
    writtenEnd = end.end();
    if (end.torn()) {
      file.truncate(end.end());
    }
    // What was read, and the file's name, may never have been synced: the death of a process is
    // no power cut, but one may follow. And the process may have died of a sync that failed: then
    // the system still shows what it will never write, unless that is written to it anew.
    rewrite(end.last().name(), end.provenEnd(), end.end());
    file.force();
    directory.force();
    syncedEnd = writtenEnd;
    allocatedEnd = file.size();
    if (!end.sealed()) {
      sealPrevious(end);
    }
  }

  /** Writes the same bytes to the same place; whatever a crash leaves of that is what was there. */
  private void rewrite(SegmentName name, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(options.bufferBytes(), to - from));
    try (ReadableFile in = directory.openForReading(name.file())) {
      for (long at = from; at < to; at += bytes.limit()) {
        bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
        while (bytes.hasRemaining() && in.read(bytes, at + bytes.position()) > 0) {
          continue;
        }
        if (bytes.hasRemaining()) {
          throw new EOFException(name.file() + " has become shorter");
        }
        file.write(bytes.flip(), at);
      }
    }
  }

  /** Writes a seal that a crash has prevented, now that the last segment is durable. */
  private void sealPrevious(LogScan.End end) throws IOException {
    SegmentName previous = end.segments().get(end.segments().size() - 2).name();
    try (WritableFile full = directory.openForWriting(previous.file())) {
      seal(full, end.last().previousEnd(), previous.sequence());
    } catch (DiskFullException e) {
      LOG.info(
          "{}: stays without a seal for now, there is no room: {}",
          previous.file(),
          FileFailure.reason(e));
    }
  }

  /** Records at the end of a segment that its successor exists for good. */
  private void seal(WritableFile full, long end, long sequence) throws IOException {
    try {
      frames.add(FrameType.SEAL, SEAL, true, sequence, end, 0);
      full.write(frames.contents(), end);
    } finally {
      frames.clear();
    }
    full.force();
  }

  /**
   * Makes sure that the batch has room: begins a new segment when this one is full, and grows the
   * file ahead of it.
   *
   * @throws DiskFullException when there is no room; nothing has changed
   */
  void reserve(WalBatch batch) throws IOException {
    long bytes = bytes(batch) + SEAL_BYTES;
    if (end() > headerEnd && end() + bytes > options.segmentBytes()) {
      rollOver();
    }
    if (!spareRequested && end() > options.segmentBytes() / 2) {
      spareRequested = true;
      spares.request();
    }
    long needed = end() + bytes;
    if (needed > allocatedEnd) {
      long ahead = Math.min(allocatedEnd + options.preallocationBytes(), options.segmentBytes());
      file.preallocate(Math.max(needed, ahead));
      allocatedEnd = file.size();
      growths++;
    }
  }

  /** Starts a thread that makes segments ahead; a log turned by hand has none. */
  void startSpareSegments(ThreadFactory threads, String threadName) {
    spares.start(threads, threadName);
  }

  /** How often the log has taken room on the disk. */
  long growths() {
    return growths;
  }

  private static long bytes(WalBatch batch) {
    long bytes = 0;
    for (Entry entry : batch.entries()) {
      bytes += FrameWriter.entryBytes(entry);
    }
    if (batch.marker().isPresent()) {
      bytes += FrameWriter.messageBytes(LogCodec.toProto(batch.marker().get().snapshot()));
    }
    if (batch.hardState().isPresent()) {
      bytes += FrameWriter.hardStateBytes(batch.hardState().get());
    }
    return bytes;
  }

  /**
   * Lays out a batch for which there is room; it reaches the file with the next {@link #flush}.
   *
   * @return whether a sync is needed before it may be called durable
   */
  boolean add(WalBatch batch) throws IOException {
    boolean mustSync = !batch.entries().isEmpty() || batch.marker().isPresent();
    Optional<HardState> state = batch.hardState();
    if (batch.marker().isPresent()) {
      add(batch.marker().get(), batch.entries().isEmpty() && state.isEmpty());
    }
    int last = batch.entries().size() - 1;
    for (int i = 0; i <= last; i++) {
      add(batch.entries().get(i), i == last && state.isEmpty());
    }
    if (state.isPresent()) {
      mustSync |= state.get().term() != hardState.term() || state.get().vote() != hardState.vote();
      hardState = state.get();
      makeRoom(FrameWriter.hardStateBytes(hardState));
      frames.add(hardState, true, sequence(), end(), end() - syncedEnd);
    }
    return mustSync;
  }

  private void add(WalBatch.Marker marker, boolean last) throws IOException {
    SnapshotMetadata snapshot = marker.snapshot();
    if (marker.restartsLog()) {
      lastIndex = snapshot.index();
      lastTerm = snapshot.term();
    } else if (snapshot.index() > lastIndex) {
      throw new IllegalStateException(
          "marker of a snapshot of entry " + snapshot.index() + ", the log ends at " + lastIndex);
    }
    markers.add(snapshot);
    while (markers.size() > MARKERS_KEPT) {
      markers.remove(0);
    }
    FrameType type = marker.restartsLog() ? FrameType.SNAPSHOT_INSTALLED : FrameType.SNAPSHOT_TAKEN;
    MessageLite message = LogCodec.toProto(snapshot);
    makeRoom(FrameWriter.messageBytes(message));
    frames.add(type, message, last, sequence(), end(), end() - syncedEnd);
  }

  private void add(Entry entry, boolean last) throws IOException {
    if (entry.index() > lastIndex + 1) {
      throw new IllegalStateException(
          "entry " + entry.index() + " leaves a gap, the log ends at " + lastIndex);
    }
    makeRoom(FrameWriter.entryBytes(entry));
    frames.add(entry, last, sequence(), end(), end() - syncedEnd);
    lastIndex = entry.index();
    lastTerm = entry.term();
  }

  private void makeRoom(int frameBytes) throws IOException {
    if (!frames.fits(frameBytes)) {
      flush();
      frames.enlarge(frameBytes);
    }
  }

  private long sequence() {
    return segments.getLast().sequence();
  }

  /** Where the next record goes. */
  private long end() {
    return writtenEnd + frames.pendingBytes();
  }

  /** Hands what is laid out to the file. */
  void flush() throws IOException {
    if (frames.pendingBytes() > 0) {
      int bytes = frames.pendingBytes();
      file.write(frames.contents(), writtenEnd);
      frames.clear();
      writtenEnd += bytes;
    }
  }

  /**
   * Makes what was flushed durable.
   *
   * @return how many bytes of records that were
   */
  long sync() throws IOException {
    long bytes = writtenEnd - syncedEnd;
    file.force();
    syncedEnd = writtenEnd;
    return bytes;
  }

  /** Whether something was flushed and not synced. */
  boolean isDirty() {
    return syncedEnd < writtenEnd;
  }

  private void rollOver() throws IOException {
    flush();
    if (isDirty()) {
      sync();
    }
    WritableFile full = file;
    long fullEnd = writtenEnd;
    long fullSequence = sequence();
    beginSegment(new SegmentName(fullSequence + 1, lastIndex + 1), fullEnd);
    try (full) {
      seal(full, fullEnd, fullSequence);
    }
  }

  /** Under its own name a segment is complete: it gets that name last. */
  private void beginSegment(SegmentName name, long previousEnd) throws IOException {
    SegmentHeader header =
        new SegmentHeader(identity, name, lastTerm, previousEnd, hardState, List.copyOf(markers));
    SpareSegments.Spare spare = takeOrCreate(name);
    WritableFile next = spare.file();
    try {
      frames.add(FrameType.HEADER, header.toProto(), true, name.sequence(), 0, 0);
      long end = frames.pendingBytes();
      next.preallocate(Math.max(end + SEAL_BYTES, options.preallocationBytes()));
      next.write(frames.contents(), 0);
      next.force();
      directory.rename(spare.name(), name.file());
      directory.force();
      use(next, name, end);
    } catch (DiskFullException e) {
      next.close();
      directory.delete(spare.name());
      throw e;
    } catch (IOException | RuntimeException e) {
      next.close();
      throw e;
    } finally {
      frames.clear();
    }
  }

  private SpareSegments.Spare takeOrCreate(SegmentName name) throws IOException {
    SpareSegments.Spare spare = spares.take();
    if (spare != null) {
      return spare;
    }
    String unfinished = name.unfinishedFile();
    return new SpareSegments.Spare(unfinished, directory.create(unfinished));
  }

  private void use(WritableFile next, SegmentName name, long end) throws IOException {
    file = next;
    segments.addLast(name);
    spareRequested = false;
    headerEnd = end;
    writtenEnd = end;
    syncedEnd = end;
    allocatedEnd = next.size();
    growths++;
  }

  /** Deletes segments whose entries all have this index or a lower one. */
  void release(long index) throws IOException {
    while (segments.size() > 1) {
      SegmentName oldest = segments.removeFirst();
      if (segments.getFirst().firstIndex() > index + 1) {
        segments.addFirst(oldest);
        break;
      }
      // One by one, so that a power cut leaves no gap between those that are left.
      directory.delete(oldest.file());
      directory.force();
    }
  }

  @Override
  public void close() throws IOException {
    try (spares) {
      file.close();
    }
  }
}
