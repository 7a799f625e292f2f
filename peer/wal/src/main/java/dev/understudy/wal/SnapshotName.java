package dev.understudy.wal;

import dev.understudy.raft.SnapshotMetadata;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a snapshot's file: {@code <index>-<term>.snap}, both in 16 hex digits, so that names
 * sort by age.
 *
 * @param index of the last entry covered
 * @param term of that entry
 */
record SnapshotName(long index, long term) implements Comparable<SnapshotName> {
  /** Ends the name of a file that is still being written. */
  static final String UNFINISHED_SUFFIX = ".snap.tmp";

  private static final Pattern PATTERN = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.snap");

  static SnapshotName of(SnapshotMetadata metadata) {
    return new SnapshotName(metadata.index(), metadata.term());
  }

  static Optional<SnapshotName> parse(String file) {
    Matcher matcher = PATTERN.matcher(file);
    return matcher.matches()
        ? Optional.of(
            new SnapshotName(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Long.parseUnsignedLong(matcher.group(2), 16)))
        : Optional.empty();
  }

  String file() {
    return String.format("%016x-%016x.snap", index, term);
  }

  @Override
  public int compareTo(SnapshotName other) {
    int byIndex = Long.compareUnsigned(index, other.index);
    return byIndex != 0 ? byIndex : Long.compareUnsigned(term, other.term);
  }
}
