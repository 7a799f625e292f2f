package dev.understudy.admin.machine;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the heap is nearly full of what is in use, so that what takes more must be refused. The
 * last line behind the bounds of single things; what no collector could free counts, not what waits
 * to be collected.
 *
 * <p>{@link #getAsBoolean} is for any thread and costs a look at the clock, but for one call in a
 * tenth of a second.
 */
final class HeapGuard implements BooleanSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(HeapGuard.class);

  /** Of the memory of old objects, after a collection. */
  private static final double FULL = 0.9;

  private static final long CHECK_NANOS = 100_000_000L;

  /**
   * Nothing new is allocated once writes are refused, so nothing else would collect. Soon at first,
   * for what filled the heap may be gone; then more rarely, as each collection holds up all.
   */
  private static final long FIRST_COLLECT_NANOS = 1_000_000_000L;

  private static final long MAX_COLLECT_NANOS = 10_000_000_000L;

  private final LongSupplier usedShare;
  private final LongSupplier nanoClock;
  private final Runnable collect;
  private volatile boolean low;
  private volatile long nextCheckNanos;
  private long nextCollectNanos;
  private long collectPauseNanos = FIRST_COLLECT_NANOS;

  /**
   * The heap of this process.
   *
   * @param nanoClock monotonic
   * @param collect has the heap collected, at once or soon
   */
  static HeapGuard ofProcess(LongSupplier nanoClock, Runnable collect) {
    List<MemoryPoolMXBean> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
            .filter(pool -> pool.getCollectionUsage() != null)
            .filter(pool -> pool.isUsageThresholdSupported())
            .toList();
    return new HeapGuard(
        () -> old.stream().mapToLong(HeapGuard::perMille).max().orElse(0), nanoClock, collect);
  }

  HeapGuard(LongSupplier usedShare, LongSupplier nanoClock, Runnable collect) {
    this.usedShare = usedShare;
    this.nanoClock = nanoClock;
    this.collect = collect;
    this.nextCheckNanos = nanoClock.getAsLong();
    this.nextCollectNanos = nextCheckNanos;
  }

  private static long perMille(MemoryPoolMXBean pool) {
    MemoryUsage collected = pool.getCollectionUsage();
    long max = collected.getMax();
    long used = Math.min(collected.getUsed(), pool.getUsage().getUsed());
    return max <= 0 ? 0 : used * 1000 / max;
  }

  @Override
  public boolean getAsBoolean() {
    long now = nanoClock.getAsLong();
    if (now - nextCheckNanos >= 0) {
      check(now);
    }
    return low;
  }

  private synchronized void check(long now) {
    nextCheckNanos = now + CHECK_NANOS;
    boolean next = usedShare.getAsLong() >= FULL * 1000;
    if (next != low) {
      low = next;
      LOG.warn(
          next
              ? "the heap is nearly full: writes that take memory are refused"
              : "the heap has room again: writes are taken");
      collectPauseNanos = FIRST_COLLECT_NANOS;
      nextCollectNanos = now + collectPauseNanos;
    }
    if (low && now - nextCollectNanos >= 0) {
      collectPauseNanos = Math.min(MAX_COLLECT_NANOS, 2 * collectPauseNanos);
      nextCollectNanos = now + collectPauseNanos;
      collect.run();
    }
  }
}
