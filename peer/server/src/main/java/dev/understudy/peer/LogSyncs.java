package dev.understudy.peer;

import dev.understudy.wal.WalListener;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long the log's syncs take and how much they cover: what an operator looks at first when
 * writes are slow. Measured on the log's thread, once a sync, which a disk makes rare.
 */
final class LogSyncs implements WalListener {
  private static final double NANOS_PER_SECOND = 1e9;

  /** From a disk with a cache that survives a power cut to one that is about to fail. */
  private static final double[] UPPER_BOUNDS_SECONDS = {
    0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5
  };

  private final LongSupplier nanoClock;
  private final Consumer<Throwable> onFailure;
  private final Histogram durations =
      Histogram.builder()
          .name("understudy_log_sync_duration")
          .unit(Unit.SECONDS)
          .help("How long the syncs of the log took that made writes durable.")
          .classicOnly()
          .classicUpperBounds(UPPER_BOUNDS_SECONDS)
          .build();
  private final Counter batches =
      Counter.builder()
          .name("understudy_log_synced_batches")
          .help("Batches that syncs of the log made durable.")
          .build();
  private final Counter bytes =
      Counter.builder()
          .name("understudy_log_synced")
          .unit(Unit.BYTES)
          .help("Bytes of records that syncs of the log made durable.")
          .build();

  /** For the log's thread only. */
  private long begunNanos;

  /**
   * @param nanoClock monotonic
   * @param onFailure hears that the log has failed for good, on its thread; must not block
   */
  LogSyncs(LongSupplier nanoClock, Consumer<Throwable> onFailure) {
    this.nanoClock = nanoClock;
    this.onFailure = onFailure;
  }

  /** To be called once. */
  void registerWith(PrometheusRegistry registry) {
    registry.register(durations);
    registry.register(batches);
    registry.register(bytes);
  }

  /** How long each took, in seconds. */
  Histogram durations() {
    return durations;
  }

  /** What they have made durable. */
  double syncedBytes() {
    return bytes.get();
  }

  @Override
  public void failed(Throwable cause) {
    onFailure.accept(cause);
  }

  @Override
  public void syncing() {
    begunNanos = nanoClock.getAsLong();
  }

  @Override
  public void synced(int batchCount, long byteCount) {
    durations.observe((nanoClock.getAsLong() - begunNanos) / NANOS_PER_SECOND);
    batches.inc(batchCount);
    bytes.inc(byteCount);
  }
}
