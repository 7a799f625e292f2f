package dev.understudy.standby;

import dev.understudy.api.http.HttpExchange;

/** Whether a standby is well: whether it keeps up with its cluster, which may have no leader. */
final class StandbyHealth {
  /** A sync or two may be lost; and an election must not make every standby look ill. */
  private static final int OVERDUE_INTERVALS = 3;

  private final StandbyView view;

  StandbyHealth(StandbyView view) {
    this.view = view;
  }

  /** Whether the last sync is not overdue. */
  boolean isHealthy() {
    long allowedMillis = OVERDUE_INTERVALS * view.info().syncIntervalMillis();
    return view.syncAgeMillis().isPresent() && view.syncAgeMillis().getAsLong() <= allowedMillis;
  }

  /** {@code /health}, as a peer answers it, with the mode. */
  void answer(HttpExchange exchange) {
    boolean healthy = isHealthy();
    exchange.text(healthy ? 200 : 503, "{\"health\":\"" + healthy + "\",\"mode\":\"standby\"}\n");
  }
}
