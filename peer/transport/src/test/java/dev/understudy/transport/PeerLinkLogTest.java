package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.clusterconfig.MachineTraits;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Which lines a link writes when the other side comes and goes. */
class PeerLinkLogTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int REPLACEMENTS = 10;

  private final Logger logger = (Logger) LoggerFactory.getLogger(PeerLink.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private WebSocketClient client;

  @BeforeEach
  void listen() throws Exception {
    logger.setLevel(ch.qos.logback.classic.Level.DEBUG);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
    client = TestPeer.newClient();
  }

  @AfterEach
  void giveTheLogBack() throws Exception {
    client.stop();
    timer.shutdownNow();
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private List<String> texts() {
    List<ILoggingEvent> written;
    synchronized (lines) { // as it does itself when a line is added, by whatever thread
      written = List.copyOf(lines.list);
    }
    return written.stream()
        .map(line -> line.getLevel() + " " + line.getFormattedMessage())
        .toList();
  }

  @Test
  void aPeerThatStopsSaysGoodbyeAndWarnsNobody() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer)) {
      TestPeer b = TestPeer.start(2, client, timer);
      a.knows(b);
      await().atMost(SOON).until(() -> texts().stream().anyMatch(t -> t.contains("stream to 2")));
      b.close();
      await().atMost(SOON).until(() -> texts().stream().anyMatch(t -> t.contains("no stream to")));
      assertThat(texts())
          .anyMatch(t -> t.startsWith("INFO") && t.contains("this peer stops"))
          .noneMatch(t -> t.startsWith("WARN") || t.contains("Exception") || t.contains("code"));
    }
  }

  /** An id means nothing to an operator. */
  @Test
  void membersAreCalledByTheirMachinesNamesToo() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer);
        TestPeer b = TestPeer.start(2, client, timer)) {
      a.names.putAll(Map.of(1L, "m1 (1)", 2L, "m2 (2)"));
      a.knows(b);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(texts())
                      .anyMatch(t -> t.contains("member m1 (1): stream to m2 (2) at ")));
    }
  }

  @Test
  void aMachineThatIsNoPeerYetWarnsNobody() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer);
        TestPeer b = TestPeer.start(2, client, timer)) {
      b.network.close();
      a.knows(b);
      await().atMost(SOON).until(() -> texts().stream().anyMatch(t -> t.contains("no stream to")));
      assertThat(texts())
          .anyMatch(t -> t.startsWith("DEBUG") && t.contains("503"))
          .noneMatch(t -> t.startsWith("WARN") || t.startsWith("INFO"));
    }
  }

  /** A log that is read from its beginning names members that were at this address before. */
  @Test
  void whoeverWasAtThisAddressBeforeIsNotDialled() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer);
        TestPeer b = TestPeer.start(2, client, timer)) {
      a.network.setPeers(Map.of(7L, a.url(), 2L, b.url()));
      await().atMost(SOON).until(() -> texts().stream().anyMatch(t -> t.contains("stream to 2")));
      assertThat(texts()).noneMatch(t -> t.contains("7 at " + a.url()));
    }
  }

  /** A founder that lost its data has founded anew, say; only an operator can undo that. */
  @Test
  void aMachineOfAnotherClusterAtTheAddressIsOneError() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer);
        TestPeer other = TestPeer.start(2, 0xbad, 0, TestPeer.QUICK, client, timer)) {
      a.knows(other);
      await().atMost(SOON).until(() -> texts().stream().anyMatch(t -> t.startsWith("ERROR")));
      long before = timer.getCompletedTaskCount();
      await().atMost(SOON).until(() -> timer.getCompletedTaskCount() > before + 20);
      assertThat(texts())
          .filteredOn(t -> t.startsWith("ERROR"))
          .singleElement()
          .asString()
          .contains("two clusters at one address: where peer 2 should be, at " + other.url())
          .doesNotContain("bad");
    }
  }

  /** Whoever comes in this member's name takes the place of its stream, each time. */
  @Test
  void aStreamThatIsReplacedAgainAndAgainDoesNotFillTheLog() throws Exception {
    try (TestPeer a = TestPeer.start(1, client, timer);
        TestPeer b = TestPeer.start(2, client, timer)) {
      a.knows(b);
      for (int i = 0; i < REPLACEMENTS; i++) {
        long before = i;
        await().atMost(SOON).until(() -> streamsTo("2") > before);
        awaitHeard(a, b, i);
        ClientUpgradeRequest request = new ClientUpgradeRequest(StreamDialer.streamUrl(b.url()));
        new Handshake(
                TestPeer.CLUSTER,
                1,
                2,
                1,
                URI.create("http://127.0.0.1:1"),
                Lineage.UNSTATED,
                MachineTraits.UNSTATED)
            .write(request::setHeader);
        client.connect(new PeerHandlerTest.Watcher(new CountDownLatch(1)), request).get();
      }
      await().atMost(SOON).until(() -> streamsTo("2") > REPLACEMENTS);
      assertThat(texts())
          .filteredOn(t -> t.contains("replaced by a newer stream"))
          .hasSizeBetween(1, REPLACEMENTS / 2);
    }
  }

  /** Nobody takes the place of a stream before the accepting side has opened it. */
  private static void awaitHeard(TestPeer from, TestPeer to, long mark) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              from.send(from.heartbeat(to, mark));
              return to.messages.contains(from.heartbeat(to, mark));
            });
  }

  private long streamsTo(String member) {
    return texts().stream()
            .filter(t -> t.contains("stream to " + member + " at ") && !t.contains("no stream"))
            .count()
        + texts().stream()
            .filter(t -> t.contains("peer " + member) && t.contains("is back"))
            .count();
  }

  @Test
  void aPeerThatStaysAwayUnannouncedIsAWarning() {
    assertThat(PeerLink.levelOf(false, 0)).isEqualTo(Level.DEBUG);
    assertThat(PeerLink.levelOf(false, 4_999)).isEqualTo(Level.DEBUG);
    assertThat(PeerLink.levelOf(false, 5_000)).isEqualTo(Level.WARN);
    assertThat(PeerLink.levelOf(true, 3_600_000)).as("it has said goodbye").isEqualTo(Level.INFO);
  }
}
