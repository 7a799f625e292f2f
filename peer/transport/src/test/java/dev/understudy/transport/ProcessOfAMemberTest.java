package dev.understudy.transport;

import static dev.understudy.clusterconfig.waits.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.clusterconfig.Incarnation;
import dev.understudy.clusterconfig.Lineage;
import dev.understudy.raft.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of several processes speaks for a member. */
class ProcessOfAMemberTest {
  private static final long A = 0xa;
  private static final long B = 0xb;
  private static final Lineage OLDER = Lineage.first(1);
  private static final Lineage ONE = OLDER.next(OLDER.current(), 0x11);
  private static final Lineage COPY = OLDER.next(OLDER.current(), 0x22);

  private static final Duration SOON = Duration.ofSeconds(30);

  private final List<TestPeer> peers = new ArrayList<>();

  /** Each of them is another, so that none is taken for one that was sent before. */
  private long heartbeats;

  private WebSocketClient client;
  private ScheduledThreadPoolExecutor timer;

  @BeforeEach
  void startClient() throws Exception {
    client = TestPeer.newClient();
    timer = new ScheduledThreadPoolExecutor(1);
  }

  @AfterEach
  void stop() throws Exception {
    for (TestPeer peer : peers) {
      peer.close();
    }
    client.stop();
    timer.shutdownNow();
    assertThat(timer.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private TestPeer start(long id, Lineage lineage) throws Exception {
    TestPeer peer = TestPeer.start(id, lineage, client, timer);
    peers.add(peer);
    return peer;
  }

  /** Sends heartbeats until one has come, as peers do. */
  private void talk(TestPeer from, TestPeer to) {
    Message heartbeat = from.heartbeat(to, ++heartbeats);
    await()
        .atMost(SOON)
        .until(
            () -> {
              from.send(heartbeat);
              return to.messages.contains(heartbeat);
            });
  }

  /** Sends what must not come for as long as some streams take to be opened. */
  private void isNotHeard(TestPeer from, TestPeer to) {
    Message heartbeat = from.heartbeat(to, ++heartbeats);
    await()
        .during(Duration.ofMillis(700))
        .atMost(SOON)
        .until(
            () -> {
              from.send(heartbeat);
              return !to.messages.contains(heartbeat);
            });
  }

  /** A stream that was silent for a moment, with all else that stood still, soon counts again. */
  private static void awaitConnected(TestPeer to, long member, Lineage lineage) {
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(to.network.connected()).isEqualTo(Map.of(member, lineage)));
  }

  @Test
  void bothSidesKnowWhichProcessIsThere() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    TestPeer b = start(B, ONE);
    a.knows(b);
    talk(a, b);

    awaitConnected(a, B, ONE);
    awaitConnected(b, A, Lineage.first(9));
  }

  @Test
  void aProcessWhoseDirectoryIsOutlivedIsRefusedAndLearnsOfIt() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    a.network.setRecordedStarts(Map.of(B, ONE.current()));
    TestPeer copy = start(B, COPY);
    copy.knows(a);

    await().atMost(SOON).until(() -> !copy.outlived.isEmpty());
    assertThat(copy.outlived.get(0)).contains("has started as " + ONE.current());
    assertThat(a.network.connected()).isEmpty();
  }

  /** Such a process has started often since, and does not state every start unasked. */
  @Test
  void aProcessThatIsTakenForOutlivedByOneOfItsOwnStartsShowsThatItIsIts() throws Exception {
    Lineage often = ONE;
    for (int nonce = 1; nonce <= 100; nonce++) {
      often = often.next(OLDER.current(), nonce);
    }
    Incarnation recorded = often.starts().get(60);
    Incarnation last = often.current();
    TestPeer a = start(A, Lineage.first(9));
    a.network.setRecordedStarts(Map.of(B, recorded));
    TestPeer b = start(B, often);
    assertThat(often.stated().isOutlivedBy(recorded)).isTrue();
    b.knows(a);
    a.knows(b);

    talk(b, a);
    talk(a, b);
    assertThat(b.outlived).isEmpty();
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(a.network.connected().get(B))
                    .isNotNull()
                    .extracting(Lineage::starts, InstanceOfAssertFactories.LIST)
                    .contains(last, recorded));
  }

  @Test
  void anOutlivedProcessIsNotHeardOnTheStreamThatWasOpenedToItEither() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    a.network.setRecordedStarts(Map.of(B, ONE.current()));
    TestPeer copy = start(B, COPY);
    a.knows(copy);

    isNotHeard(a, copy);
    isNotHeard(copy, a);
  }

  @Test
  void whenTheRecordMovesTheOutlivedProcessIsParted() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    TestPeer first = start(B, COPY);
    first.knows(a);
    talk(first, a);

    a.network.setRecordedStarts(Map.of(B, ONE.current()));

    await().atMost(SOON).until(() -> !first.outlived.isEmpty());
    assertThat(a.network.connected()).isEmpty();
  }

  /** What the first has promised may be missing in the directory of the second. */
  @Test
  void aSecondProcessIsRefusedWhileTheFirstIsThereAndAlsoThenUntilItIsRecorded() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    TestPeer one = start(B, ONE);
    one.knows(a);
    talk(one, a);
    TestPeer copy = start(B, COPY);
    copy.knows(a);

    isNotHeard(copy, a);
    assertThat(copy.outlived).as("who of them is right is not decided yet").isEmpty();
    awaitConnected(a, B, ONE);

    one.close();
    isNotHeard(copy, a);
    assertThat(copy.outlived).isEmpty();
    a.network.setRecordedStarts(Map.of(B, COPY.current()));
    talk(copy, a);
  }

  /** Few starts are stated at once, and the one that was here before may not be among them. */
  @Test
  void aProcessThatKnowsOfTheStartBeforeItShowsThatOnceItIsAsked() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    TestPeer one = start(B, ONE);
    one.knows(a);
    talk(one, a);
    one.close();

    Lineage later = ONE;
    for (int i = 0; i < 2 * Lineage.MAX_STATED; i++) {
      later = later.next(Incarnation.NONE, 0x100 + i);
    }
    assertThat(later.stated().starts()).doesNotContain(ONE.current());
    TestPeer again = start(B, later);
    again.knows(a);
    talk(again, a);
  }

  @Test
  void theProcessThatIsRecordedTakesThePlaceOfAnotherAtOnce() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    TestPeer one = start(B, ONE);
    one.knows(a);
    talk(one, a);

    Lineage next = ONE.next(ONE.current(), 0x33);
    a.network.setRecordedStarts(Map.of(B, next.current()));
    TestPeer again = start(B, next);
    again.knows(a);

    talk(again, a);
    awaitConnected(a, B, next);
  }

  /** It calls nobody outlived but by a start that is not among the other's own. */
  @Test
  void aWordThatProvesNothingEndsNobody() throws Exception {
    assertThat(ONE.isOutlivedBy(new Incarnation(2, 0x11))).isFalse();
    TestPeer a = start(A, Lineage.UNSTATED);
    a.network.setRecordedStarts(Map.of(B, OLDER.current()));
    TestPeer b = start(B, ONE);
    b.knows(a);

    talk(b, a);
    assertThat(b.outlived).isEmpty();
  }

  @Test
  void releasesThatStateNothingAreTalkedWithAsBefore() throws Exception {
    TestPeer a = start(A, Lineage.first(9));
    a.network.setRecordedStarts(Map.of(B, ONE.current()));
    TestPeer old = start(B, Lineage.UNSTATED);
    old.knows(a);
    a.knows(old);

    talk(old, a);
    talk(a, old);
    awaitConnected(a, B, Lineage.UNSTATED);
  }
}
