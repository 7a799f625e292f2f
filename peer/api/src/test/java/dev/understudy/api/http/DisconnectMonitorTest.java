package dev.understudy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

class DisconnectMonitorTest {
  private final ByteArrayEndPoint endPoint = new ByteArrayEndPoint();
  private final DisconnectMonitor monitor = new DisconnectMonitor(endPoint, () -> {});

  /** Jetty would find somebody waiting for bytes behind the answer, and drop the connection. */
  @Test
  void whatHasEndedBeforeItBeganWaitsForNothing() {
    assertThat(monitor.stop()).isFalse();

    monitor.start();

    assertThat(endPoint.isFillInterested()).isFalse();
  }

  @Test
  void aConnectionOnWhichSomebodyElseWaitsIsGoodForNothingMore() {
    endPoint.fillInterested(Callback.NOOP);

    monitor.start();

    assertThat(monitor.stop()).isTrue();
  }

  @Test
  void whatHasBegunEndsWithoutATrace() {
    monitor.start();
    assertThat(endPoint.isFillInterested()).isTrue();

    assertThat(monitor.stop()).isFalse();

    assertThat(endPoint.isFillInterested()).isFalse();
  }
}
