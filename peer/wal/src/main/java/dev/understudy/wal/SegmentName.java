package dev.understudy.wal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment's file: {@code <sequence>-<first index>.wal}, both in 16 hex digits, so
 * that names sort as the segments follow each other.
 *
 * @param sequence the segment's place among the segments, counted from 1
 * @param firstIndex the index that the next entry would get when the segment was begun
 */
record SegmentName(long sequence, long firstIndex) implements Comparable<SegmentName> {
  static final String SUFFIX = ".wal";

  /** Ends the name of a file that is still being made; such files are removed at the next start. */
  static final String UNFINISHED_SUFFIX = ".wal.tmp";

  private static final Pattern PATTERN = Pattern.compile("([0-9a-f]{16})-([0-9a-f]{16})\\.wal");

  static Optional<SegmentName> parse(String file) {
    Matcher matcher = PATTERN.matcher(file);
    return matcher.matches()
        ? Optional.of(
            new SegmentName(
                Long.parseUnsignedLong(matcher.group(1), 16),
                Long.parseUnsignedLong(matcher.group(2), 16)))
        : Optional.empty();
  }

  String file() {
    return String.format("%016x-%016x%s", sequence, firstIndex, SUFFIX);
  }

  String unfinishedFile() {
    return String.format("%016x-%016x%s", sequence, firstIndex, UNFINISHED_SUFFIX);
  }

  @Override
  public int compareTo(SegmentName other) {
    return Long.compareUnsigned(sequence, other.sequence);
  }
}
