package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** With everything logged, each message between peers is a line at both ends, with names. */
class MessageTraceTest {
  private static final List<Logger> LOGGERS =
      List.of(
          (Logger) LoggerFactory.getLogger(Inbound.class),
          (Logger) LoggerFactory.getLogger(HttpTransport.class));

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getFormattedMessage());
        }
      };
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private WebSocketClient client;

  @BeforeEach
  void traceAll() throws Exception {
    appender.start();
    for (Logger logger : LOGGERS) {
      logger.setLevel(Level.TRACE);
      logger.setAdditive(false);
      logger.addAppender(appender);
    }
    client = TestPeer.newClient();
  }

  @AfterEach
  void traceNoMore() throws Exception {
    client.stop();
    timer.shutdownNow();
    for (Logger logger : LOGGERS) {
      logger.detachAppender(appender);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
  }

  @Test
  void aMessageIsALineAtBothEnds() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer);
        TestPeer b = TestPeer.start(2, client, timer)) {
      a.knows(b);
      for (TestPeer peer : List.of(a, b)) {
        peer.names.put(1L, "n1 (1)");
        peer.names.put(2L, "n2 (2)");
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                a.send(a.heartbeat(b, 0));
                return lines.contains("sent Heartbeat from n1 (1) to n2 (2)")
                    && lines.contains("received Heartbeat from n1 (1) to n2 (2)");
              });
    }
  }
}
