package dev.understudy.raft;

import java.util.List;
import java.util.function.LongFunction;

/** Sums and limits of sizes. */
final class Sizes {
  private Sizes() {}

  /**
   * Where a batch ends that keeps to a limit: behind at least one entry, and behind as many as fit.
   *
   * @param at gives an entry by its index
   * @return the index behind the last entry of the batch
   */
  static long limit(LongFunction<Entry> at, long from, long to, long maxBytes) {
    if (maxBytes == RaftConfig.NO_LIMIT || from >= to) {
      return to;
    }
    long size = at.apply(from).sizeBytes();
    long end = from + 1;
    while (end < to) {
      size += at.apply(end).sizeBytes();
      if (size > maxBytes) {
        return end;
      }
      end++;
    }
    return end;
  }

  /** The size of entries with overhead: what counts in messages and in batches to apply. */
  static long ofEntries(List<Entry> entries) {
    long size = 0;
    for (int i = 0; i < entries.size(); i++) {
      size += entries.get(i).sizeBytes();
    }
    return size;
  }

  /** The size of the payloads alone: what counts in flight and as uncommitted. */
  static long ofPayloads(List<Entry> entries) {
    long size = 0;
    for (int i = 0; i < entries.size(); i++) {
      size += entries.get(i).payload().sizeBytes();
    }
    return size;
  }
}
