package dev.understudy.admin.tools;

import dev.understudy.admin.cli.CliCommand;
import dev.understudy.clusterconfig.HexId;
import dev.understudy.raft.SnapshotMetadata;
import dev.understudy.wal.Directory;
import dev.understudy.wal.DiskDirectory;
import dev.understudy.wal.LogRecord;
import dev.understudy.wal.WalInspection;
import dev.understudy.wal.WalInspection.Segment;
import dev.understudy.wal.WalInspection.SnapshotFile;
import dev.understudy.wal.WalInspection.Summary;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Iterator;

/** Looks at the log of a machine that does not run. */
final class WalTool {
  private static final String PEER_FOLDER = "peer";
  private static final String LOG_FILES = "*.wal";
  private static final String SNAPSHOTS = "*.snap";

  private final PrintStream out;

  WalTool(PrintStream out) {
    this.out = out;
  }

  /** Checks everything and prints a summary; whether all is sound. */
  boolean verify(Path path) throws IOException {
    try (Directory directory = open(path)) {
      Summary summary = WalInspection.verify(directory);
      print(directory, summary);
      return !summary.hasDamagedSnapshots();
    }
  }

  void dump(CliCommand.DumpWal dump) throws IOException {
    try (Directory directory = open(dump.directory())) {
      WalInspection.read(
          directory,
          record -> {
            if (isWanted(record, dump)) {
              out.println(RecordText.of(record));
            }
          });
    }
  }

  private static boolean isWanted(LogRecord record, CliCommand.DumpWal dump) {
    return record instanceof LogRecord.OfEntry of
        ? dump.from() <= of.entry().index() && of.entry().index() <= dump.to()
        : !dump.entriesOnly();
  }

  /** A machine's data directory is given, or the folder in it that holds the log. */
  static Directory open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    if (!Files.isDirectory(path)) {
      throw new NotDirectoryException(path.toString());
    }
    Path inner = path.resolve(PEER_FOLDER);
    Path log = holds(inner, LOG_FILES) ? inner : path;
    if (!holds(log, LOG_FILES)) {
      throw new IOException(path + ": " + withoutLog(path, inner));
    }
    return DiskDirectory.openToRead(log);
  }

  /** What there is in the place of a log. */
  private static String withoutLog(Path path, Path inner) throws IOException {
    if (holds(inner, SNAPSHOTS) || holds(path, SNAPSHOTS)) {
      return "there are snapshots, but the log to them is missing";
    }
    if (Files.exists(path.resolve("standby_info"))) {
      return "the data directory of a standby, which has no log";
    }
    if (Files.isDirectory(inner)) {
      return "a data directory in which no log has begun";
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      Iterator<Path> any = children.iterator();
      return "no data directory of understudy: there is no log"
          + (any.hasNext() ? ", but \"" + any.next().getFileName() + "\"" : ", it is empty");
    }
  }

  private static boolean holds(Path directory, String pattern) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, pattern)) {
      return found.iterator().hasNext();
    }
  }

  private void print(Directory directory, Summary summary) {
    out.println("log       " + directory);
    out.println("cluster   " + HexId.text(summary.identity().clusterId()));
    out.println("member    " + HexId.text(summary.identity().memberId()));
    out.println("segments  " + summary.segments().size());
    for (Segment segment : summary.segments()) {
      out.println(
          "  " + segment.file() + "  " + segment.bytes() + " bytes, from " + segment.firstIndex());
    }
    out.println(
        "records   " + summary.records() + ", of them " + summary.entryRecords() + " entries");
    out.println("entries   " + range(summary));
    out.println(
        "state     term "
            + summary.hardState().term()
            + ", vote "
            + HexId.text(summary.hardState().vote())
            + ", commit "
            + summary.hardState().commit());
    if (summary.torn()) {
      out.println(
          "end       at offset "
              + summary.end()
              + ", behind it a write that a crash cut short; a start removes it");
    }
    out.println("snapshots " + summary.snapshots().size());
    summary.snapshots().forEach(snapshot -> print(snapshot, summary));
    out.println(summary.hasDamagedSnapshots() ? "DAMAGED: a snapshot; the log is sound" : "sound");
  }

  private void print(SnapshotFile file, Summary summary) {
    String verdict =
        file.damage()
            .map(damage -> "DAMAGED: " + damage)
            .orElse(file.marked() ? "sound" : "sound, but not marked in the log: ignored");
    String used =
        summary.startsFrom().filter(from -> file.file().equals(name(from))).isPresent()
            ? ", a start begins here"
            : "";
    out.println("  " + file.file() + "  " + file.bytes() + " bytes, " + verdict + used);
  }

  private static String name(SnapshotMetadata metadata) {
    return String.format("%016x-%016x.snap", metadata.index(), metadata.term());
  }

  private static String range(Summary summary) {
    String after =
        summary
            .startsFrom()
            .map(from -> " after the snapshot of " + from.index() + " (term " + from.term() + ")")
            .orElse("");
    return summary.firstIndex() > summary.lastIndex()
        ? "none" + after
        : summary.firstIndex()
            + ".."
            + summary.lastIndex()
            + ", terms "
            + summary.firstTerm()
            + ".."
            + summary.lastTerm()
            + after;
  }
}
