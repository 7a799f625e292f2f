package dev.understudy.standby;

import dev.understudy.api.http.HttpCounts;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;

/** What {@code /metrics} tells of a standby: of itself, and never of the leader. */
public final class StandbyMetrics {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final PrometheusRegistry registry = new PrometheusRegistry();

  StandbyMetrics(StandbyView view) {
    StandbyHealth health = new StandbyHealth(view);
    gauge("standby", "1 on a machine that stands by.", () -> 1);
    gauge(
        "standby_keeps_up",
        "1 unless the last sync with a peer is overdue.",
        () -> health.isHealthy() ? 1 : 0);
    gauge(
        "standby_sync_age_seconds",
        "How long ago a peer has answered a sync; NaN when none has.",
        () ->
            view.syncAgeMillis().stream()
                .mapToDouble(ms -> ms / MILLIS_PER_SECOND)
                .findFirst()
                .orElse(Double.NaN));
    gauge(
        "standby_machines_known",
        "Machines with a seat, as last synced.",
        () -> view.info().cluster().size());
    gauge("has_leader", "1 if a leader is known.", () -> view.leaderAsSynced().isPresent() ? 1 : 0);
    gauge("leading", "Whether this machine leads; never while it stands by.", () -> 0);
  }

  PrometheusRegistry registry() {
    return registry;
  }

  /** One more; any thread may ask for its value. */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name("understudy_" + name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** Adds what a port counts. */
  public void add(HttpCounts counts) {
    counts.registerWith(registry);
  }
}
