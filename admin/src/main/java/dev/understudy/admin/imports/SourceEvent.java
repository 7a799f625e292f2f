package dev.understudy.admin.imports;

/**
 * A change at the source.
 *
 * @param index at which it happened
 */
record SourceEvent(long index, Change change) {
  private static final long OVERHEAD_BYTES = 200;

  /** About how much memory it takes. */
  long bytes() {
    long value =
        change instanceof Change.Put put ? put.node().value().map(String::length).orElse(0) : 0;
    return OVERHEAD_BYTES + 2 * (change.path().length() + value);
  }
}
